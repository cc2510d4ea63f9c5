import { runGit, startGit, type GitOptions, type GitProcess } from "./git-process.ts";
import { localEnvironment } from "./environment.ts";

/** A bare repository on disk, for the time of one reading: its commands end with the reading's signal. */
export type Repository = {
  readonly gitDir: string;
  /** Of the reading. */
  readonly signal: AbortSignal;
  /** Runs a command that reads (or repacks) what is there; it never goes out to the network. */
  readonly run: (args: readonly string[], input?: string) => Promise<Buffer>;
  /** Starts a command whose output is taken as it comes, at its reader's pace: it has no time limit of its own. */
  readonly start: (args: readonly string[], maxMemoryMiB?: number) => GitProcess;
  /** Runs a command with more environment and its own time limit: for what does go out. */
  readonly runWith: (args: readonly string[], input: string, more: Partial<GitOptions>) => Promise<Buffer>;
};

/** The repository in `gitDir`. `outer` is the environment that git may inherit a little of; `more` is given to it as well. */
export function repositoryAt(
  gitDir: string,
  outer: NodeJS.ProcessEnv,
  signal: AbortSignal,
  timeoutMs: number,
  more: Readonly<Record<string, string>> = {},
): Repository {
  const env = { ...localEnvironment(gitDir, outer), ...more };
  const options: GitOptions = { env, signal, timeoutMs, scrub: (text) => text };
  return {
    gitDir,
    signal,
    run: (args, input) => runGit(args, options, input),
    start: (args, maxMemoryMiB) =>
      startGit(args, { ...options, timeoutMs: null, ...(maxMemoryMiB === undefined ? {} : { maxMemoryMiB }) }),
    runWith: (args, input, more) => runGit(args, { ...options, ...more, env: { ...env, ...more.env } }, input),
  };
}

/** The cache does not hold what it should: it must be made anew. */
export class CacheDamaged extends Error {
  override readonly name = "CacheDamaged";
}

/** What is known of an object without reading it; null when the repository does not have it (or cannot read it). */
export type ObjectInfo = { readonly sha: string; readonly type: string; readonly size: number };

/**
 * Looks objects up by name (`<id>` or `<id>^{commit}`), in the order given. Names must hold neither spaces nor line breaks.
 */
export async function lookUp(repository: Repository, names: readonly string[]): Promise<(ObjectInfo | null)[]> {
  if (names.length === 0) return [];
  const output = await repository.run(["cat-file", "--batch-check", "--buffer"], `${names.join("\n")}\n`);
  const lines = output.toString("latin1").split("\n");
  return names.map((_, index) => {
    const [sha = "", type = "", size] = (lines[index] ?? "").split(" ");
    return size === undefined ? null : { sha, type, size: Number(size) };
  });
}
