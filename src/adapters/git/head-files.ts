import type { HeadFiles } from "./blob-places.ts";
import { listTree } from "./list-tree.ts";
import type { Repository } from "./repository.ts";

/** Up to so many paths git is asked for by name; beyond, the whole tree is listed. */
const pathsByName = 200;

/**
 * Looks up what `head` (a commit or tree) has at the paths (latin1, one character a byte) that `found` does not tell yet. Of a
 * tree whose list is longer than `maxListBytes` it knows the beginning.
 */
export async function readHeadFiles(
  repository: Repository,
  head: string,
  allPaths: readonly string[],
  found: Map<string, string>,
  maxListBytes: number,
): Promise<HeadFiles> {
  const paths = allPaths.filter((path) => !found.has(path));
  const wanted = new Set(paths);
  const onEntry = ({ sha, path }: { readonly sha: string; readonly path: string }): void => {
    if (wanted.has(path)) found.set(path, sha);
  };
  const names = paths.length <= pathsByName ? asArguments(paths) : null;
  if (paths.length > 0) await listTree(repository, head, maxListBytes, onEntry, names);
  return { shaAt: (path) => found.get(path) };
}

/** The paths as arguments of a process; null when one cannot be, because arguments are UTF-8 and of limited length. */
function asArguments(paths: readonly string[]): readonly string[] | null {
  const bytes = paths.map((path) => Buffer.from(path, "latin1"));
  const names = bytes.map((path) => path.toString("utf8"));
  const fit = bytes.every((path, index) => path.length < 4096 && path.equals(Buffer.from(names[index] ?? "")));
  return fit ? names : null;
}
