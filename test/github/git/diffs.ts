import { fieldsOf, git, zeroSha } from "./git.ts";

/** One file of a comparison of two trees. */
export type FileChange = {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed" | "changed";
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Unified diff from the first `@@` on; undefined for a binary or very large file. */
  readonly patch: string | undefined;
};

/** From this size on GitHub leaves a file's patch out. */
const maxPatchLength = 1_000_000;
const statusOf: Readonly<Record<string, FileChange["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  T: "changed",
};
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** What changed from one commit (or nothing, given null) to another, with renames found, in git's order of paths. */
export async function changedFiles(directory: string, from: string | null, to: string): Promise<FileChange[]> {
  const range = ["-M", "--no-ext-diff", "--full-index", from ?? emptyTree, to];
  const [lists, patches] = await Promise.all([
    git(directory, ["diff", "--raw", "--numstat", "-z", "--no-abbrev", ...range]),
    git(directory, ["diff", "--patch", ...range]),
  ]);
  const { files, counts } = parseLists(fieldsOf(lists));
  const texts = patches.toString("utf8").split(/^(?=diff --git )/m);
  return files.map((file, index) => {
    const [additions, deletions] = counts[index] ?? [0, 0];
    const text = texts[index] ?? "";
    const start = text.search(/^@@ /m);
    const patch = start === -1 || text.length > maxPatchLength ? undefined : text.slice(start).replace(/\n$/, "");
    return { ...file, additions, deletions, patch };
  });
}

type RawFile = Pick<FileChange, "path" | "previousPath" | "status" | "sha">;

/** Takes apart `--raw --numstat -z`: first all raw entries (each begins with a colon), then all counts. */
function parseLists(fields: readonly string[]): { files: RawFile[]; counts: [number, number][] } {
  const files: RawFile[] = [];
  const counts: [number, number][] = [];
  let at = 0;
  for (; fields[at]?.startsWith(":"); at++) {
    const [, , before = "", after = "", letter = ""] = (fields[at] ?? "").split(" ");
    const first = fields[++at] ?? "";
    const renamed = letter.startsWith("R");
    const path = renamed ? (fields[++at] ?? "") : first;
    const sha = after === zeroSha ? before : after;
    files.push({ path, previousPath: renamed ? first : null, status: statusOf[letter.charAt(0)] ?? "modified", sha });
  }
  for (; at < fields.length; at++) {
    const [added = "0", removed = "0", path = ""] = (fields[at] ?? "").split("\t");
    // A binary file has "-" for both; a renamed one has its two names in fields of their own.
    counts.push([Number.parseInt(added, 10) || 0, Number.parseInt(removed, 10) || 0]);
    if (path === "") at += 2;
  }
  return { files, counts };
}
