import type { PackedObject } from "../../../flows/ports/packed-objects.ts";
import { compressedAt } from "./compressed-at.ts";
import { Damaged } from "./damage.ts";
import { parseDelta } from "./delta.ts";
import { asBase, type Families } from "./families.ts";
import type { PackFile } from "./pack-file.ts";
import { elsewhere, type PackMap } from "./pack-map.ts";
import type { Block, Unpacker } from "./unpacker.ts";

export type FamilySource = {
  readonly map: PackMap;
  readonly pack: PackFile;
  readonly families: Families;
  readonly unpacker: Unpacker;
  /** Larger objects are not unpacked, nor what is made from them. */
  readonly mostBytes: number;
  /** The bytes of the base of an object whose base is not in this pack; null where there is none. */
  readonly baseElsewhere: (place: number) => Buffer | null;
};

type Frame = { readonly place: number; readonly block: Block; next: number; hasHeaviest: boolean };
type Unpacked = { readonly block: Block; readonly news: ArrayLike<number> };

/**
 * Unpacks what is needed of the family of a root, bases before what is made from them, without recursion. Of each object on the way the base is kept
 * only while more is to be made from it, and that is at most as many as the family has binary digits. What is damaged or too large is left out, with all
 * that is made from it.
 */
export function* decodeFamily(source: FamilySource, root: number): Generator<PackedObject, void, undefined> {
  const { families, unpacker } = source;
  unpacker.clear();
  const stack: Frame[] = [];
  const enter = (place: number, block: Block): void => {
    const heaviest = families.heaviest[place] ?? -1;
    if (heaviest < 0) unpacker.release(block);
    else stack.push({ place, block, next: families.firstChild[place] ?? -1, hasHeaviest: true });
  };
  const first = tried(() => rootOf(source, root));
  if (first === null) return;
  yield { place: root, base: null, bytes: unpacker.view(first.block), news: [] };
  enter(root, first.block);
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = nextChild(frame, families);
    const { place: base, block: of } = frame;
    if (!frame.hasHeaviest) stack.pop();
    const made = tried(() => childOf(source, child, of));
    if (!frame.hasHeaviest) unpacker.release(of);
    if (made === null) continue;
    yield { place: child, base, bytes: unpacker.view(made.block), news: made.news };
    enter(child, made.block);
  }
}

/** The heaviest child comes last. */
function nextChild(frame: Frame, { heaviest, nextSibling, need }: Families): number {
  const last = heaviest[frame.place] ?? -1;
  while (frame.next >= 0) {
    const child = frame.next;
    frame.next = nextSibling[child] ?? -1;
    if (child !== last && (need[child] ?? 0) >= asBase) return child;
  }
  frame.hasHeaviest = false;
  return last;
}

function tried(unpack: () => Unpacked | null): Unpacked | null {
  try {
    return unpack();
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return null;
  }
}

function rootOf(source: FamilySource, root: number): Unpacked | null {
  const { map, unpacker } = source;
  if (map.bases[root] !== elsewhere) {
    const block = entryOf(source, root);
    return block === null ? null : { block, news: [] };
  }
  const bytes = source.baseElsewhere(root);
  if (bytes === null) return null;
  const base = unpacker.hold(bytes);
  try {
    return childOf(source, root, base);
  } finally {
    unpacker.release(base);
  }
}

function childOf(source: FamilySource, place: number, base: Block): Unpacked | null {
  const { unpacker, mostBytes } = source;
  const delta = entryOf(source, place);
  if (delta === null) return null;
  try {
    return parseDelta(unpacker.view(delta)).resultSize > mostBytes ? null : unpacker.apply(delta, base);
  } finally {
    unpacker.release(delta);
  }
}

function entryOf({ map, pack, mostBytes, unpacker }: FamilySource, place: number): Block | null {
  const size = map.sizes[place] ?? 0;
  const start = (map.starts[place] ?? 0) + (map.heads[place] ?? 0);
  return size > mostBytes ? null : unpacker.inflate(compressedAt(pack, start, size, map.starts[place + 1]), size);
}
