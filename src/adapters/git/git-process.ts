import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** How a git process is run. */
export type GitOptions = {
  readonly env: Readonly<Record<string, string>>;
  /** Aborting ends the process and every child it has. */
  readonly signal: AbortSignal;
  /** Null for a process whose pace is set by whoever reads it. */
  readonly timeoutMs: number | null;
  /** Bounds the process's own memory (not what it maps of packs), where the system can; git then ends with "out of memory". */
  readonly maxMemoryMiB?: number;
  /** Makes the process's own messages fit to be seen. */
  readonly scrub: (text: string) => string;
};

/** A running git. Its output is read with `outputOf`. */
export type GitProcess = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Fulfilled on exit code 0. Rejected with `GitFailed`, or with the signal's reason. */
  readonly done: Promise<void>;
  readonly kill: () => void;
};

/** Git ended otherwise than with success. `stderr` is scrubbed. */
export class GitFailed extends Error {
  readonly why: "exit" | "killed" | "timeout" | "not-started";
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(command: string, why: GitFailed["why"], exitCode: number | null, stderr: string, cause?: unknown) {
    const how = why === "exit" ? `exited with code ${exitCode}` : why === "timeout" ? "took too long" : why;
    super(`git ${command}: ${how}${stderr === "" ? "" : `: ${stderr}`}`, { cause });
    this.name = "GitFailed";
    this.why = why;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

const stderrKept = 16 * 1024;
const graceMs = 2_000;

/** Starts git. The first argument is the command, the only part of the arguments that errors name. */
export function startGit(args: readonly string[], options: GitOptions): GitProcess {
  options.signal.throwIfAborted();
  const [file, argv] = limited(args, options.maxMemoryMiB);
  // A group of its own: `git fetch` has children, and all of them must end with it.
  const child = spawn(file, argv, { env: options.env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  const kill = (): void => {
    endGroup(child);
    // Output nobody reads would keep the process from being seen as closed.
    child.stdout.destroy();
  };
  const done = outcome(child, args[0] ?? "", options, kill);
  // A reader that stops early for another reason must not turn this into an unhandled rejection: `done` stays rejected.
  done.catch(() => undefined);
  // Git may end without reading all its input; its exit code says why.
  child.stdin.on("error", () => child.stdin.destroy());
  return { stdin: child.stdin, stdout: child.stdout, done, kill };
}

/** Only a shell can set a limit for what it starts. The arguments are not part of its script. */
function limited(args: readonly string[], maxMemoryMiB: number | undefined): [file: string, args: string[]] {
  if (maxMemoryMiB === undefined) return ["git", [...args]];
  const script = 'ulimit -d "$0" 2>/dev/null; exec git "$@"';
  return ["sh", ["-c", script, String(maxMemoryMiB * 1024), ...args]];
}

/** The output of a running git, chunk by chunk; throws at the end when git failed. A reader that stops early ends git. */
export async function* outputOf(git: GitProcess): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of git.stdout) yield chunk as Buffer;
    await git.done;
  } catch (error) {
    // A stream that broke off because git was ended: `done` knows why.
    await git.done;
    throw error;
  } finally {
    git.kill();
  }
}

/** Runs git to its end with `input` and gives its standard output. */
export async function runGit(args: readonly string[], options: GitOptions, input = ""): Promise<Buffer> {
  const git = startGit(args, options);
  git.stdin.end(input);
  const chunks: Buffer[] = [];
  for await (const chunk of outputOf(git)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function outcome(child: ChildProcess, command: string, options: GitOptions, kill: () => void): Promise<void> {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-stderrKept);
  });
  let timedOut = false;
  const onTimeout = (): void => {
    timedOut = true;
    kill();
  };
  const timer = options.timeoutMs === null ? undefined : setTimeout(onTimeout, options.timeoutMs);
  options.signal.addEventListener("abort", kill, { once: true });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    if (code === 0) return;
    options.signal.throwIfAborted();
    const why = timedOut ? "timeout" : code === null ? "killed" : "exit";
    throw new GitFailed(command, why, code, options.scrub(stderr.trim()));
  } catch (error) {
    if (error instanceof Error && "syscall" in error) {
      throw new GitFailed(command, "not-started", null, "git could not be started: is it installed?", error);
    }
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", kill);
  }
}

function endGroup(child: ChildProcess): void {
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
  timer.unref();
  child.once("close", () => clearTimeout(timer));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already: that is what was wanted.
    child.kill(signal);
  }
}
