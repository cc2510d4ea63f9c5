import { Damaged } from "./damage.ts";

/** What stands at a name in a tree: a file (or symbolic link), another tree, a commit of another repository. */
export const treeEntryKinds = ["file", "tree", "link"] as const;
export type TreeEntryKind = (typeof treeEntryKinds)[number];

/** `name` is latin1, one character a byte; ids in hexadecimal. */
export type NewEntry = {
  readonly kind: TreeEntryKind;
  readonly name: string;
  readonly id: string;
  /** What the other tree has for a tree of this name. */
  readonly before: string | null;
};

/**
 * The entries of a tree that another tree has not in the same way, in the order of the tree. Throws `Damaged`. The plain form of the kernel's
 * (`object-reader.ts`).
 */
export function newEntries(tree: Buffer, other: Buffer, idLength: number): readonly NewEntry[] {
  const others = new Map(entriesIn(other, idLength).map((entry) => [entry.name, entry]));
  return entriesIn(tree, idLength).flatMap(({ mode, name, id }): NewEntry | readonly NewEntry[] => {
    const beside = others.get(name);
    if (beside?.mode === mode && beside.id === id) return [];
    const kind = kindOf(mode);
    const wasTree = kind === "tree" && beside !== undefined && kindOf(beside.mode) === "tree";
    return { kind, name, id, before: wasTree ? beside.id : null };
  });
}

function entriesIn(
  tree: Buffer,
  idLength: number,
): readonly { readonly mode: string; readonly name: string; readonly id: string }[] {
  const entries: { readonly mode: string; readonly name: string; readonly id: string }[] = [];
  for (let at = 0; at < tree.length;) {
    const [space, end] = [tree.indexOf(0x20, at), tree.indexOf(0, at)];
    const next = end + 1 + idLength;
    const mode = tree.toString("latin1", at, Math.max(at, space));
    if (space < 0 || end <= space + 1 || next > tree.length || !/^[0-7]+$/.test(mode))
      throw new Damaged("a tree has an entry that is none");
    entries.push({
      mode,
      name: tree.toString("latin1", space + 1, end),
      id: tree.toString("hex", end + 1, next),
    });
    at = next;
  }
  return entries;
}

/** As git: what is neither a file, a symbolic link nor a tree links to a commit. */
function kindOf(mode: string): TreeEntryKind {
  const type = Number.parseInt(mode, 8) & 0o170000;
  return type === 0o40000 ? "tree" : type === 0o100000 || type === 0o120000 ? "file" : "link";
}
