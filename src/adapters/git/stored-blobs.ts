import { Damaged } from "./pack/damage.ts";
import type { ObjectReader } from "./pack/object-reader.ts";
import type { PlacedBlob } from "./read-placed-blobs.ts";
import type { StoredCommits } from "./stored-commits.ts";

/** Git goes no deeper into directories. */
const deepest = 2048;

/**
 * Every blob at every path at which it stands in one of the commits, with the first of them that has it there: what `listNewBlobs` gives, from the trees as
 * they lie on the disk. A tree is compared with the one that was at its place in the first parent, of which all was listed before. Throws `Damaged` where
 * something cannot be read here.
 */
export function storedBlobs(
  reader: ObjectReader,
  { commits, trees, firstParent, parents }: StoredCommits,
  commitNames: readonly string[],
): readonly PlacedBlob[] {
  const paths = createPaths();
  const places = createPlaces();
  const seen = createPairs();
  let commit = 0;
  const visit = (tree: number, path: number, before: number | null, depth: number): void => {
    if (!seen.add(tree, path)) return;
    if (depth > deepest) throw new Damaged("trees are too deep to be read here");
    const entries = reader.newIn(tree, before !== null && seen.has(before, path) ? before : null);
    for (const { kind, name, object, before: was } of entries) {
      if (kind === "tree") visit(object, paths.under(path, name), was, depth + 1);
      else if (kind === "file") places.add(object, paths.under(path, name), commit);
    }
  };
  for (commit = 0; commit < commits.length; commit++) {
    const first = firstParent[commit] ?? 0;
    const parent = first < (firstParent[commit + 1] ?? 0) ? (parents[first] ?? -1) : -1;
    visit(trees[commit] ?? 0, 0, trees[parent] ?? null, 0);
  }
  const names = new Map<number, string>();
  return places.all().map(([object, path, at]) => {
    const sha = names.get(object) ?? reader.nameOf(object);
    names.set(object, sha);
    return { sha, path: paths.textOf(path), commit: commitNames[at] ?? "" };
  });
}

/** Paths by numbers: 0 is the top. */
function createPaths(): {
  readonly under: (path: number, name: string) => number;
  readonly textOf: (path: number) => string;
} {
  const names = [""];
  const parents = [0];
  const children: (Map<string, number> | undefined)[] = [];
  const texts: (string | undefined)[] = [""];
  const textOf = (path: number): string => {
    const parent = parents[path] ?? 0;
    return (texts[path] ??= parent === 0 ? (names[path] ?? "") : `${textOf(parent)}/${names[path] ?? ""}`);
  };
  return {
    under: (path, name) => {
      const under = (children[path] ??= new Map<string, number>());
      const known = under.get(name);
      if (known !== undefined) return known;
      under.set(name, names.length);
      parents.push(path);
      return names.push(name) - 1;
    },
    textOf,
  };
}

/** Every object once at every path, with the commit that was added first; in the order in which the objects were. */
function createPlaces(): {
  readonly add: (object: number, path: number, commit: number) => void;
  readonly all: () => (readonly [object: number, path: number, commit: number])[];
} {
  const order = new Map<number, number>();
  const firstPaths: number[] = [];
  const firstCommits: number[] = [];
  /** For those that stand at more than one path. */
  const further = new Map<number, Map<number, number>>();
  return {
    add: (object, path, commit) => {
      const at = order.get(object);
      if (at === undefined) {
        order.set(object, firstPaths.push(path) - 1);
        firstCommits.push(commit);
        return;
      }
      if (firstPaths[at] === path) return;
      const others = further.get(object) ?? new Map<number, number>();
      if (others.size === 0) further.set(object, others);
      if (!others.has(path)) others.set(path, commit);
    },
    all: () =>
      Array.from(order, ([object, at]) => [
        [object, firstPaths[at] ?? 0, firstCommits[at] ?? 0] as const,
        ...Array.from(further.get(object) ?? [], ([path, commit]) => [object, path, commit] as const),
      ]).flat(),
  };
}

/** A set of pairs of numbers, of which there may be millions. */
function createPairs(): {
  /** False if it was there. */
  readonly add: (one: number, other: number) => boolean;
  readonly has: (one: number, other: number) => boolean;
} {
  let ones = new Int32Array(1 << 16).fill(-1);
  let others = new Int32Array(1 << 16);
  let size = 0;
  const placeOf = (one: number, other: number): number => {
    const mask = ones.length - 1;
    let at = Math.imul(Math.imul(one, 0x9e37_79b1) ^ other, 0x85eb_ca6b);
    for (at = (at ^ (at >>> 15)) & mask; (ones[at] ?? -1) >= 0; at = (at + 1) & mask)
      if (ones[at] === one && others[at] === other) break;
    return at;
  };
  const grow = (): void => {
    const [oldOnes, oldOthers] = [ones, others];
    ones = new Int32Array(2 * oldOnes.length).fill(-1);
    others = new Int32Array(ones.length);
    for (let at = 0; at < oldOnes.length; at++) {
      const [one, other] = [oldOnes[at] ?? -1, oldOthers[at] ?? 0];
      if (one < 0) continue;
      const place = placeOf(one, other);
      ones[place] = one;
      others[place] = other;
    }
  };
  return {
    add: (one, other) => {
      const place = placeOf(one, other);
      if ((ones[place] ?? -1) >= 0) return false;
      ones[place] = one;
      others[place] = other;
      if (++size * 2 > ones.length) grow();
      return true;
    },
    has: (one, other) => (ones[placeOf(one, other)] ?? -1) >= 0,
  };
}
