import type { CommitGraph } from "./commit-graph.ts";
import { Damaged } from "./pack/damage.ts";
import type { ObjectReader } from "./pack/object-reader.ts";

/** Commits by their place, in the order in which git lists them, and their trees: both by the numbers of the reader. */
export type StoredCommits = Pick<CommitGraph, "firstParent" | "parents"> & {
  readonly commits: readonly number[];
  readonly trees: readonly number[];
};

type Commit = {
  readonly object: number;
  readonly tree: number;
  readonly parents: readonly number[];
  readonly time: number;
  /** How many children are still to be listed. */
  children: number;
};

/** All commits that some objects lead to: commits, and tags of commits; others lead to none. Throws `Damaged` where something cannot be read here. */
export function storedCommits(reader: ObjectReader, tips: readonly Tip[]): StoredCommits {
  const known = new Map<number, Commit>();
  const first: Commit[] = [];
  const left: number[] = [];
  const meet = (object: number): Commit => {
    const commit = known.get(object) ?? parseCommit(reader, object);
    if (!known.has(object)) {
      known.set(object, commit);
      left.push(...commit.parents);
    }
    return commit;
  };
  for (const tip of tips) {
    const object = commitOf(reader, tip);
    if (object === null || known.has(object)) continue;
    first.push(meet(object));
  }
  for (let object = left.pop(); object !== undefined; object = left.pop()) if (!known.has(object)) meet(object);
  for (const { parents } of known.values()) for (const parent of parents) (known.get(parent) as Commit).children += 1;
  return inOrder(known, first);
}

/** What a ref stands at. */
export type Tip = { readonly name: string; readonly type: string };

/** The commit that a tag leads to, through tags of tags; null where that is none. */
function commitOf(reader: ObjectReader, { name, type }: Tip): number | null {
  let [object, kind] = [reader.numberOf(name), type];
  for (let tags = 0; kind === "tag"; tags++) {
    const found = /^object ([0-9a-f]+)\ntype ([a-z]+)\n/.exec(reader.read(object, "tag").toString("latin1", 0, 256));
    if (found === null || tags > mostTags) throw new Damaged("a tag does not say of what");
    object = reader.numberOf(found[1] ?? "");
    kind = found[2] ?? "";
  }
  return kind === "commit" ? object : null;
}

const mostTags = 100;

/**
 * Depth first: a commit is listed when all its children are, the tips by time. Turned around, parents come before children.
 */
function inOrder(known: ReadonlyMap<number, Commit>, first: readonly Commit[]): StoredCommits {
  const stack = first
    .filter(({ children }) => children === 0)
    // Sorting keeps the order of those of one time.
    .sort((a, b) => b.time - a.time)
    .reverse();
  const listed: Commit[] = [];
  for (let commit = stack.pop(); commit !== undefined; commit = stack.pop()) {
    listed.push(commit);
    for (const parent of commit.parents) {
      const above = known.get(parent) as Commit;
      above.children -= 1;
      if (above.children === 0) stack.push(above);
    }
  }
  if (listed.length !== known.size) throw new Damaged("commits are parents of each other");
  listed.reverse();
  const places = new Map(listed.map(({ object }, place) => [object, place]));
  const firstParent = new Int32Array(listed.length + 1);
  const parents: number[] = [];
  for (const [place, commit] of listed.entries()) {
    for (const parent of commit.parents) parents.push(places.get(parent) ?? -1);
    firstParent[place + 1] = parents.length;
  }
  return {
    commits: listed.map(({ object }) => object),
    trees: listed.map(({ tree }) => tree),
    firstParent,
    parents: Int32Array.from(parents),
  };
}

/** A commit begins with its tree and its parents, as names in hexadecimal. */
function parseCommit(reader: ObjectReader, object: number): Commit {
  const bytes = reader.read(object, "commit");
  const head = bytes.toString("latin1", 0, Math.max(0, bytes.indexOf("\n\n")) || bytes.length);
  const lines = head.split("\n", mostParents);
  const [tree, ...rest] = lines;
  if (tree?.startsWith("tree ") !== true) throw new Damaged("a commit does not begin with its tree");
  const parents: number[] = [];
  let at = 0;
  for (; rest[at]?.startsWith("parent ") === true; at++)
    parents.push(reader.numberOf(nameIn((rest[at] ?? "").slice("parent ".length))));
  return {
    object,
    tree: reader.numberOf(nameIn(tree.slice("tree ".length))),
    // Git follows a parent that is named twice once.
    parents: [...new Set(parents)],
    time: timeIn(rest.slice(at)),
    children: 0,
  };
}

const mostParents = 10_000;

function nameIn(text: string): string {
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text)) throw new Damaged("a commit names something that is no name");
  return text;
}

/** `committer NAME <ADDRESS> SECONDS ZONE`, the line behind the author's; 0 where it is not so, as for git. */
function timeIn([author = "", committer = ""]: readonly string[]): number {
  if (!author.startsWith("author") || !committer.startsWith("committer")) return 0;
  return Number(/^\s*(\d{1,15})/.exec(committer.slice(committer.lastIndexOf(">") + 1))?.[1] ?? 0);
}
