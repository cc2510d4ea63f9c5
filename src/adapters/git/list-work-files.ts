import { createFieldSplitter } from "./field-splitter.ts";
import { GitFailed, type GitOptions, outputOf, startGit } from "./git-process.ts";
import { definedOf, NoWorkTree } from "./work-tree.ts";

/**
 * Tracked files, and those that are neither tracked nor ignored, below a directory: paths relative to it, as byte strings. A submodule or a
 * repository inside is one entry, with `/` at its end if it is not tracked. The person's own ignore files count. Throws `NoWorkTree`.
 */
export async function listWorkFiles(
  directory: string,
  outer: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options: GitOptions = {
    env: { ...definedOf(outer), LC_ALL: "C" },
    signal,
    timeoutMs: null,
    scrub: (text) => text,
  };
  const paths: string[] = [];
  const splitter = createFieldSplitter((field) => paths.push(field.toString("latin1")));
  // A repository's own configuration could name a program to run.
  const safely = ["-c", "core.fsmonitor=false", "-C", directory];
  const what = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const git = startGit([...safely, ...what], options);
  git.stdin.end();
  try {
    for await (const chunk of outputOf(git)) splitter.push(chunk);
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    throw new NoWorkTree(`git cannot say what is ignored in ${directory}: ${error.stderr}`, { cause: error });
  }
  return paths;
}
