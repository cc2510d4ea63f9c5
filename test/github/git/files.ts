import { git } from "./git.ts";

/** A file of a commit; null if the commit has none at that path. Paths are bytes: they need not be UTF-8. */
export async function readFileAt(directory: string, commit: string, path: Buffer): Promise<Buffer | null> {
  const listing = await git(directory, ["ls-tree", "-r", "-z", "--full-tree", commit]);
  for (let start = 0; start < listing.length;) {
    const end = listing.indexOf(0, start);
    const entry = listing.subarray(start, end);
    const tab = entry.indexOf("\t");
    const [, type, sha = ""] = entry.subarray(0, tab).toString().split(" ");
    if (entry.subarray(tab + 1).equals(path)) return type === "blob" ? git(directory, ["cat-file", "blob", sha]) : null;
    start = end + 1;
  }
  return null;
}

/** The paths of all files of a commit, as text. */
export const listFilesAt = async (directory: string, commit: string): Promise<string[]> =>
  (await git(directory, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]))
    .toString("utf8")
    .split("\0")
    .slice(0, -1);
