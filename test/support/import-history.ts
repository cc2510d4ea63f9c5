import { git } from "../github/git/git.ts";
import type { WorkTree } from "../github/work-tree.ts";

/** What a commit writes: by path. */
type Written = readonly (readonly [path: string, content: string])[];

/** Makes many commits at once, by `git fast-import`: one for each entry, on `branch`, after the commit `base`. */
export async function importHistory(
  tree: Pick<WorkTree, "directory">,
  branch: string,
  base: string,
  commits: readonly Written[],
): Promise<void> {
  const stream = commits.map((written, index) => {
    const who = `committer developer <developer@example.org> ${1_700_000_000 + index} +0000`;
    const from = index === 0 ? `from ${base}\n` : "";
    const files = written.map(([path, content]) => `M 100644 inline ${path}\ndata ${content.length}\n${content}\n`);
    return `commit refs/heads/${branch}\n${who}\ndata 4\nStep\n${from}${files.join("")}`;
  });
  await git(tree.directory, ["fast-import", "--quiet"], { input: stream.join("") });
}
