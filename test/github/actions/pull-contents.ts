import { revList } from "../git/commits.ts";
import { changedFiles, type FileChange } from "../git/diffs.ts";
import { gitMaybe } from "../git/git.ts";
import type { PullCounts } from "../shapes/pulls.ts";
import type { Pull, Repository } from "../state.ts";

/** The commit a pull request branched off from, as its diff is computed. */
const mergeBase = async (repository: Repository, { baseSha, headSha }: Pull): Promise<string | null> =>
  gitMaybe(repository.directory, ["merge-base", baseSha, headSha]);

/** The commits of a pull request, oldest first. */
export const pullCommits = async (repository: Repository, pull: Pull): Promise<string[]> =>
  (await revList(repository.directory, pull.headSha, [pull.baseSha], ["--topo-order"])).toReversed();

/** The files of a pull request: from where it branched off to its head. */
export const pullFiles = async (repository: Repository, pull: Pull): Promise<FileChange[]> =>
  changedFiles(repository.directory, await mergeBase(repository, pull), pull.headSha);

export async function countsOf(repository: Repository, pull: Pull): Promise<PullCounts> {
  const [commits, files] = await Promise.all([pullCommits(repository, pull), pullFiles(repository, pull)]);
  const sum = (of: (file: FileChange) => number): number => files.reduce((total, file) => total + of(file), 0);
  return {
    commits: commits.length,
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    changedFiles: files.length,
  };
}
