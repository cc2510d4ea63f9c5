import { createFieldSplitter } from "./field-splitter.ts";
import { outputOf } from "./git-process.ts";
import type { Repository } from "./repository.ts";

/** A file, link or submodule in a tree. `path` is latin1, one character a byte. */
export type TreeEntry = { readonly mode: string; readonly sha: string; readonly path: string };

/**
 * Hands on what stands in a tree (or a commit's), subdirectories included; or only at the given paths. Gives whether that was all: it
 * stops after `maxBytes` of git's listing.
 */
export async function listTree(
  repository: Repository,
  tree: string,
  maxBytes: number,
  onEntry: (entry: TreeEntry) => void,
  paths: readonly string[] | null = null,
): Promise<boolean> {
  const selection = paths === null ? ["-r", tree] : [tree, "--", ...paths];
  const git = repository.start(["ls-tree", "-z", "--full-tree", ...selection]);
  git.stdin.end();
  // <mode> SP <type> SP <id> TAB <path>
  const splitter = createFieldSplitter((field) => {
    const [space, tab] = [field.indexOf(0x20), field.indexOf(0x09)];
    onEntry({
      mode: field.toString("latin1", 0, space),
      sha: field.toString("latin1", field.indexOf(0x20, space + 1) + 1, tab),
      path: field.toString("latin1", tab + 1),
    });
  });
  let left = maxBytes;
  for await (const chunk of outputOf(git)) {
    splitter.push(chunk);
    left -= chunk.length;
    if (left < 0) return false;
  }
  return true;
}
