import type { Families } from "./families.ts";
import { wanted, familiesOf } from "./families.ts";
import type { ObjectStore, StoredPack } from "./object-store.ts";
import { elsewhere, type PackMap } from "./pack-map.ts";

/** A part of a pack, for one thread: some families, and which of their objects are wanted. Cheap to send: what is large lies in shared memory. */
export type PackedPart = {
  readonly map: PackMap;
  readonly families: Families;
  readonly roots: readonly number[];
  /** The names of the objects that are wanted, by their places. */
  readonly names: ReadonlyMap<number, string>;
  /** Bytes in the pack. */
  readonly size: number;
  /** Whether something in it is made from what is not in the pack. */
  readonly needsStore: boolean;
};

const mostBytes = 1 << 20;
const mostObjects = 1000;

/** Divides what is wanted and lies in packs into parts, pack by pack; an object that is in several is taken from the first. */
export function partsOf(
  { mapped }: Pick<ObjectStore, "mapped">,
  names: Iterable<string>,
): {
  readonly parts: readonly PackedPart[];
  /** Not in a pack. */
  readonly others: readonly string[];
} {
  let left = [...names];
  const parts: PackedPart[] = [];
  for (const stored of mapped()) {
    const found = new Map<number, string>();
    const others: string[] = [];
    for (const name of left) {
      const place = stored.map.placeOf(Buffer.from(name, "hex"));
      if (place < 0) others.push(name);
      else found.set(place, name);
    }
    left = others;
    if (found.size > 0) parts.push(...partsOfPack(stored, found, left));
  }
  return { parts, others: left };
}

function partsOfPack({ map }: StoredPack, found: ReadonlyMap<number, string>, left: string[]): readonly PackedPart[] {
  const families = familiesOf(map, (place) => found.has(place));
  // What is made in a circle belongs to no family.
  for (const [place, name] of found) if (families.need[place] !== wanted) left.push(name);
  const { file, nameLength, count, starts, kinds, heads, sizes, bases } = map;
  const columns: PackMap = { file, nameLength, count, starts, kinds, heads, sizes, bases };
  const parts: PackedPart[] = [];
  let [roots, names, size]: [number[], Map<number, string>, number] = [[], new Map(), 0];
  const finish = (): void => {
    if (roots.length > 0)
      parts.push({
        map: columns,
        families,
        roots,
        names,
        size,
        needsStore: roots.some((root) => bases[root] === elsewhere),
      });
    [roots, names, size] = [[], new Map(), 0];
  };
  for (const root of families.roots) {
    roots.push(root);
    for (const place of membersOf(families, root)) {
      size += (starts[place + 1] ?? 0) - (starts[place] ?? 0);
      const name = found.get(place);
      if (name !== undefined) names.set(place, name);
    }
    if (size >= mostBytes || names.size >= mostObjects) finish();
  }
  finish();
  return parts;
}

/** The root and everything that is needed and made from it. */
function* membersOf({ firstChild, nextSibling, need }: Families, root: number): Generator<number> {
  const left = [root];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    yield place;
    for (let child = firstChild[place] ?? -1; child >= 0; child = nextSibling[child] ?? -1)
      if (need[child] !== 0) left.push(child);
  }
}
