import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { git, gitText } from "./git/git.ts";
import type { LocalRepository } from "./local-repository.ts";

export type NewCommit = {
  readonly message: string;
  /** By path. `null` removes the file. A path may be bytes, for names that are not UTF-8. */
  readonly files: Iterable<readonly [path: string | Buffer, content: string | Uint8Array | null]>;
};

/** A developer's clone of a repository of the local GitHub, on disk, with real git. */
export type WorkTree = {
  readonly directory: string;
  /** Commits on the branch that is checked out, and gives the commit's SHA. */
  commit: (what: NewCommit) => Promise<string>;
  /** Runs any git command and gives its output. */
  git: (...args: string[]) => Promise<string>;
  /** Pushes refs (`main`, `topic:topic`, `--force`, …). Rejects with git's words if it is refused. */
  push: (...refs: string[]) => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** Makes an empty work tree on the default branch, with the repository as `origin`, to push as `login`. */
export async function startWorkTree(repository: LocalRepository, login?: string): Promise<WorkTree> {
  const directory = await mkdtemp(join(tmpdir(), "local-work-tree-"));
  const env = repository.gitEnv;
  const run = (...args: string[]): Promise<string> => gitText(directory, args, { env });
  await run("init", "--quiet", `--initial-branch=${repository.defaultBranch}`);
  await run("remote", "add", "origin", login === undefined ? repository.cloneUrl : repository.cloneUrlFor(login));
  const commit = async ({ message, files }: NewCommit): Promise<string> => {
    for (const [path, content] of files) await put(directory, path, content);
    await run("add", "--all", "--force", ".");
    await run("commit", "--quiet", "--allow-empty", "-m", message);
    return run("rev-parse", "HEAD");
  };
  return {
    directory,
    commit,
    git: run,
    push: async (...refs) => {
      await git(directory, ["push", "--quiet", "origin", ...refs], { env });
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

async function put(directory: string, path: string | Buffer, content: string | Uint8Array | null): Promise<void> {
  const place = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(path)]);
  if (content === null) return rm(place, { force: true });
  if (typeof path === "string") await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(place, content);
}
