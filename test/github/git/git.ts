import { spawn } from "node:child_process";

/** The environment of every git process: nothing of the person's or the machine's configuration has an effect. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"))),
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C",
};

type GitOptions = {
  /** Bytes for standard input. */
  readonly input?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
};

/**
 * Runs git in a repository and gives its standard output. Throws with git's own message when it exits with another code than 0.
 * Never waits synchronously: this process also serves the git requests of others.
 */
export function git(directory: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { cwd: directory, env: { ...gitEnvironment, ...options.env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else
        reject(
          new Error(
            `git ${args.join(" ")} in ${directory} exited with ${code}: ${Buffer.concat(err).toString().trim()}`,
          ),
        );
    });
    // git may end without reading all of its input.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(options.input ?? "");
  });
}

/** Like `git`, as text without the line break at its end. */
export const gitText = async (directory: string, args: readonly string[], options: GitOptions = {}): Promise<string> =>
  (await git(directory, args, options)).toString("utf8").replace(/\n$/, "");

/** Like `gitText`, or null when git refuses: for questions such as whether a name exists. */
export const gitMaybe = async (directory: string, args: readonly string[]): Promise<string | null> =>
  gitText(directory, args).catch(() => null);

/** The fields of output that separates them with NUL. */
export function fieldsOf(output: Buffer): string[] {
  const fields = output.toString("utf8").split("\0");
  if (fields.at(-1) === "" || fields.at(-1) === "\n") fields.pop();
  return fields;
}

export const zeroSha = "0".repeat(40);
