import { Damaged } from "./damage.ts";
import { parseEntryHead, entryKinds, longestHead } from "./entry-head.ts";
import { nameAt, numberOf } from "./names.ts";
import type { PackIndex } from "./pack-index.ts";
import type { PackFile } from "./pack-file.ts";

/**
 * What lies where in a pack, by place: 0 is the first object. Columns lie in shared memory, so that threads need not read the heads of all
 * objects again.
 */
export type PackMap = {
  readonly file: string;
  /** Of the objects' names, in bytes. */
  readonly nameLength: number;
  readonly count: number;
  /** Where each object begins; one more, for where the last one ends. */
  readonly starts: Float64Array;
  /** As in `entryKinds`. */
  readonly kinds: Uint8Array;
  /** How many bytes stand before the compressed ones. */
  readonly heads: Uint8Array;
  /** What the head says that it is unpacked: of a delta, the delta itself. */
  readonly sizes: Float64Array;
  /** The place of the object that a delta is to be applied to; `noBase`, or `elsewhere`. */
  readonly bases: Int32Array;
};

export const noBase = -1;
/** The base is not in this pack. */
export const elsewhere = -2;

/** A map, and which object is which. */
export type MappedPack = PackMap & {
  readonly index: PackIndex;
  /** The number in the index of the object at a place. */
  readonly numbers: Uint32Array;
  /** The place of the object with a number in the index. */
  readonly places: Uint32Array;
  readonly placeOf: (name: Uint8Array) => number;
  readonly nameAt: (place: number) => string;
};

/** Reads the head of every object once. Throws `Damaged`. */
export function mapPack(index: PackIndex, pack: PackFile): MappedPack {
  const { count } = index.names;
  const { offsets } = index;
  const numbers = byOffset(offsets);
  const places = new Uint32Array(count);
  const starts = shared(Float64Array, count + 1);
  for (let place = 0; place < count; place++) {
    const number = numbers[place] ?? 0;
    places[number] = place;
    starts[place] = offsets[number] ?? 0;
    if (place > 0 && starts[place] === starts[place - 1]) throw new Damaged("two objects of a pack begin at one place");
  }
  starts[count] = pack.end;
  if (count > 0 && ((starts[0] ?? 0) < pack.start || (starts[count - 1] ?? 0) >= pack.end))
    throw new Damaged("an object of a pack begins outside of it");
  const placeOf = (name: Uint8Array): number => {
    const number = numberOf(index.names, name);
    return number < 0 ? -1 : (places[number] ?? -1);
  };
  const { length: nameLength } = index.names;
  const map = { file: pack.path, nameLength, count, starts, ...readHeads(pack, starts, nameLength, placeOf) };
  return { ...map, index, numbers, places, placeOf, nameAt: (place) => nameAt(index.names, numbers[place] ?? 0) };
}

/** The numbers of objects in the order of their offsets. */
function byOffset(offsets: Float64Array): Uint32Array {
  const count = offsets.length;
  const scale = 2 ** Math.ceil(Math.log2(count + 1));
  const most = Number.MAX_SAFE_INTEGER / scale - 1;
  const numbers = new Uint32Array(count);
  const keys = new Float64Array(count);
  let isSmall = true;
  for (let number = 0; number < count; number++) {
    const offset = offsets[number] ?? 0;
    isSmall &&= offset <= most;
    numbers[number] = number;
    keys[number] = offset * scale + number;
  }
  if (!isSmall) return numbers.sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
  // Numbers are sorted far faster where nobody has to be asked what comes first.
  keys.sort();
  for (let place = 0; place < count; place++) numbers[place] = (keys[place] ?? 0) % scale;
  return numbers;
}

type Columns = Pick<PackMap, "kinds" | "heads" | "sizes" | "bases">;

function readHeads(
  pack: PackFile,
  starts: Float64Array,
  nameLength: number,
  placeOf: (name: Uint8Array) => number,
): Columns {
  const count = starts.length - 1;
  const kinds = shared(Uint8Array, count);
  const heads = shared(Uint8Array, count);
  const sizes = shared(Float64Array, count);
  const bases = shared(Int32Array, count);
  for (let place = 0; place < count; place++) {
    const start = starts[place] ?? 0;
    const room = Math.min((starts[place + 1] ?? 0) - start, longestHead);
    const head = parseEntryHead(pack.read(start, room), nameLength);
    kinds[place] = entryKinds.indexOf(head.kind);
    heads[place] = head.length;
    sizes[place] = head.size;
    if (head.kind === "offset-delta") bases[place] = placeAt(starts, place, start - head.distance);
    else if (head.kind === "named-delta") bases[place] = baseOrElsewhere(placeOf(head.base));
    else bases[place] = noBase;
  }
  return { kinds, heads, sizes, bases };
}

const baseOrElsewhere = (place: number): number => (place < 0 ? elsewhere : place);

/** Which of the places before one begins at an offset. */
function placeAt(starts: Float64Array, before: number, offset: number): number {
  let [low, high] = [0, before];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  if (low >= before || starts[low] !== offset) throw new Damaged("the base of a delta is no object of its pack");
  return low;
}

/** A typed array in shared memory. */
function shared<T>(type: { readonly BYTES_PER_ELEMENT: number; new (buffer: SharedArrayBuffer): T }, count: number): T {
  return new type(new SharedArrayBuffer(count * type.BYTES_PER_ELEMENT));
}
