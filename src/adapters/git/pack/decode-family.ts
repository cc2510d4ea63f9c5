import type { PackedObject } from "../../../flows/ports/packed-objects.ts";
import { Damaged } from "./damage.ts";
import { applyDelta, type NewRanges, parseDelta } from "./delta.ts";
import { asBase, type Families } from "./families.ts";
import type { PackFile } from "./pack-file.ts";
import { elsewhere, type PackMap } from "./pack-map.ts";
import type { Room } from "./room.ts";
import { unpackEntry } from "./unpack-entry.ts";

export type FamilySource = {
  readonly map: PackMap;
  readonly pack: PackFile;
  readonly families: Families;
  readonly room: Room;
  /** Larger objects are not unpacked, nor what is made from them. */
  readonly mostBytes: number;
  /** The bytes of the base of an object whose base is not in this pack; null where there is none. */
  readonly baseElsewhere: (place: number) => Buffer | null;
};

type Frame = { readonly place: number; readonly bytes: Buffer; next: number; hasHeaviest: boolean };

/**
 * Unpacks what is needed of the family of a root, bases before what is made from them, without recursion. Of each object on the way the base is kept
 * only while more is to be made from it, and that is at most as many as the family has binary digits. What is damaged or too large is left out, with all
 * that is made from it.
 */
export function* decodeFamily(source: FamilySource, root: number): Generator<PackedObject, void, undefined> {
  const { families } = source;
  const { room } = source;
  const stack: Frame[] = [];
  const enter = (place: number, bytes: Buffer): void => {
    const heaviest = families.heaviest[place] ?? -1;
    if (heaviest < 0) room.release(bytes);
    else stack.push({ place, bytes, next: families.firstChild[place] ?? -1, hasHeaviest: true });
  };
  const first = tried(() => rootBytes(source, root));
  if (first === null) return;
  yield { place: root, base: null, bytes: first, news: [] };
  enter(root, first);
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = nextChild(frame, families);
    const { place: base, bytes: of } = frame;
    if (!frame.hasHeaviest) stack.pop();
    const news: NewRanges = [];
    const bytes = tried(() => childBytes(source, child, of, room, news));
    if (!frame.hasHeaviest) room.release(of);
    if (bytes === null) continue;
    yield { place: child, base, bytes, news };
    enter(child, bytes);
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

function tried(decode: () => Buffer | null): Buffer | null {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return null;
  }
}

function rootBytes(source: FamilySource, root: number): Buffer | null {
  if (source.map.bases[root] !== elsewhere) return entryBytes(source, root);
  const base = source.baseElsewhere(root);
  return base === null ? null : childBytes(source, root, base, source.room, []);
}

function childBytes(source: FamilySource, place: number, base: Buffer, room: Room, news: NewRanges): Buffer | null {
  const packed = entryBytes(source, place);
  if (packed === null) return null;
  const delta = parseDelta(packed);
  if (delta.baseSize !== base.length) throw new Damaged("a delta is to be applied to something of another size");
  if (delta.resultSize > source.mostBytes) return null;
  const result = room.take(delta.resultSize);
  applyDelta(packed, delta, base, result, news);
  return result;
}

function entryBytes({ map, pack, mostBytes }: FamilySource, place: number): Buffer | null {
  return (map.sizes[place] ?? 0) > mostBytes ? null : unpackEntry(map, pack, place);
}
