import { createFieldSplitter } from "./field-splitter.ts";
import { GitFailed, outputOf } from "./git-process.ts";
import type { PlacedBlob } from "./read-placed-blobs.ts";
import { lookUp, type Repository } from "./repository.ts";

export type Staged = {
  readonly blobs: readonly PlacedBlob[];
  /** Paths (byte strings) with a merge conflict that is not resolved: they have no content to commit yet. */
  readonly unmerged: readonly string[];
};

const link = "160000";

/** What the index has otherwise than HEAD; everything, before the first commit. Deletions and submodules have no content. */
export async function listStaged(repository: Repository): Promise<Staged> {
  try {
    return await comparedWith("HEAD", repository);
  } catch (error) {
    if (!(error instanceof GitFailed) || error.why !== "exit") throw error;
    // Mostly there is a commit, and git need not be asked for it first.
    return await comparedWith(await treeToCompare(repository), repository);
  }
}

async function comparedWith(tree: string, repository: Repository): Promise<Staged> {
  const git = repository.start(["diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", tree, "--"]);
  git.stdin.end();
  const blobs: PlacedBlob[] = [];
  const unmerged = new Set<string>();
  const onEntry = (words: readonly string[], path: string): void => {
    const [, mode, , sha = "", status] = words;
    if (status === "U") unmerged.add(path);
    else if (mode !== link && !/^0+$/.test(sha)) blobs.push({ sha, path });
  };
  // git-diff(1), "Raw output format": `:<mode before> <mode> <id before> <id> <status>`, then the path, each a field.
  let words: readonly string[] | null = null;
  const splitter = createFieldSplitter((field) => {
    const text = field.toString("latin1");
    if (words === null) words = text.split(" ");
    else {
      onEntry(words, text);
      words = null;
    }
  });
  for await (const chunk of outputOf(git)) splitter.push(chunk);
  return { blobs: blobs.filter(({ path }) => !unmerged.has(path)), unmerged: [...unmerged] };
}

/** HEAD, or the empty tree, which git knows without having it. */
async function treeToCompare(repository: Repository): Promise<string> {
  const [head = null] = await lookUp(repository, ["HEAD^{tree}"]);
  if (head !== null) return head.sha;
  return (await repository.run(["hash-object", "-t", "tree", "--stdin"])).toString("latin1").trim();
}
