import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflate } from "node:zlib";

/**
 * Reads what stands in files of its own, as the objects and refs of small pushes do. Null, always: it may be elsewhere, ask git. Most
 * of a request's time would otherwise be that of starting processes.
 */

type GitObject = { readonly type: string; readonly bytes: Buffer };

const unpacked = promisify(inflate);
const isSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

export async function looseObject(directory: string, sha: string): Promise<GitObject | null> {
  if (!isSha(sha)) return null;
  const file = await readFile(join(directory, "objects", sha.slice(0, 2), sha.slice(2))).catch(() => null);
  if (file === null) return null;
  const content = await unpacked(file);
  const end = content.indexOf(0);
  return { type: content.toString("latin1", 0, content.indexOf(" ")), bytes: content.subarray(end + 1) };
}

/** The commit of a branch, by its full name. */
export async function looseBranch(directory: string, ref: string): Promise<string | null> {
  if (!/^refs\/heads\/[\w./-]+$/.test(ref) || ref.includes("..")) return null;
  const text = await readFile(join(directory, ref), "latin1").catch(() => "");
  return isSha(text.trim()) ? text.trim() : null;
}

export type TreeEntry = {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  /** 0 of what is no file. */
  readonly size: number;
  /** From the tree that was asked about. */
  readonly path: string;
};

/** What `git ls-tree -l` lists of a tree, with `-r -t` if everything below is wanted. */
export async function looseEntries(
  directory: string,
  tree: string,
  recursive: boolean,
  folder = "",
): Promise<TreeEntry[] | null> {
  const object = await looseObject(directory, tree);
  if (object?.type !== "tree") return null;
  const entries: TreeEntry[] = [];
  const { bytes } = object;
  for (let at = 0; at < bytes.length;) {
    const nameEnd = bytes.indexOf(0, at);
    const [mode = "", ...name] = bytes.toString("utf8", at, nameEnd).split(" ");
    const sha = bytes.toString("hex", nameEnd + 1, nameEnd + 21);
    at = nameEnd + 21;
    const path = `${folder}${name.join(" ")}`;
    const type = mode === "40000" ? "tree" : mode === "160000" ? "commit" : "blob";
    const blob = type === "blob" ? await looseObject(directory, sha) : undefined;
    const below = type === "tree" && recursive ? await looseEntries(directory, sha, true, `${path}/`) : [];
    if (blob === null || below === null) return null;
    entries.push({ mode: mode.padStart(6, "0"), type, sha, size: blob?.bytes.length ?? 0, path }, ...below);
  }
  return entries;
}

/** The tree of a commit, or a tree itself. */
export async function looseTreeOf(directory: string, sha: string): Promise<string | null> {
  const object = await looseObject(directory, sha);
  if (object?.type === "tree") return sha;
  return object?.type === "commit" ? object.bytes.toString("latin1", "tree ".length, "tree ".length + 40) : null;
}
