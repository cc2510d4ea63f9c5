import { compressedAt } from "./compressed-at.ts";
import { Damaged } from "./damage.ts";
import { entryKinds } from "./entry-head.ts";
import { nameFinder } from "./name-finder.ts";
import type { ObjectStore, StoredPack } from "./object-store.ts";
import { newPackKernel } from "./pack-kernel.ts";
import type { MappedPack } from "./pack-map.ts";
import { type TreeEntryKind, treeEntryKinds } from "./tree-entries.ts";

/**
 * Reads very many commits, trees and tags of a repository, each by a number: those in packs have numbers below `packed`, in the order of the packs; what lies
 * elsewhere, or nowhere, gets one when it is first asked for.
 */
export type ObjectReader = {
  readonly packed: number;
  readonly numberOf: (name: string) => number;
  readonly nameOf: (number: number) => string;
  /** Content in a view that is good until the next call. Throws `Damaged` for what cannot be read here, or is of another kind. */
  readonly read: (number: number, kind: ReadKind) => Buffer;
  /** What a tree has and another one has not (`newEntries`). Throws `Damaged`. */
  readonly newIn: (tree: number, before: number | null) => readonly NumberedEntry[];
};

export type ReadKind = "commit" | "tree" | "tag";

export type NumberedEntry = {
  readonly kind: TreeEntryKind;
  /** As latin1, one character a byte. */
  readonly name: string;
  readonly object: number;
  readonly before: number | null;
};

const pageSize = 65_536;
/** As in the kernel: what it may touch behind a text, and numbers of an entry. */
const slack = 320;
const entryWords = 5;
/** Larger ones are left to git. */
const mostBytes = 2 << 20;
/** What was read last is kept, one after the other and over what was there before: versions of a tree are made from each other. */
const keptBytes = 32 << 20;
/** What is so near to be written over that the next object could do it is not kept any more. */
const endangered = 3 * mostBytes;

/** An object in the memory of the reader. */
type Kept = { readonly at: number; readonly size: number };

/** Throws `Damaged` where a pack cannot be read here. */
export function createObjectReader(store: ObjectStore, nameLength: number): ObjectReader {
  const packs = store
    .mapped()
    .map(({ pack, map }) => ({ pack, map, kinds: kindsIn(map), find: nameFinder(map.index.names) }));
  if (store.unreadable.length > 0) throw new Damaged("a pack cannot be read here");
  const begins: number[] = [];
  let packed = 0;
  for (const { map } of packs) {
    begins.push(packed);
    packed += map.count;
  }
  const others: string[] = [];
  const otherNumbers = new Map<string, number>();

  const kernel = newPackKernel();
  const source = kernel.memory.buffer.byteLength;
  const delta = source + mostBytes + (mostBytes >> 3) + 1024 + slack;
  const told = aligned(delta + mostBytes + slack);
  const room = Math.floor(mostBytes / (nameLength + 3));
  const kept = aligned(told + 4 * entryWords * room);
  kernel.memory.grow(Math.ceil((kept + keptBytes + slack - source) / pageSize));
  const memory = Buffer.from(kernel.memory.buffer);
  const words = new Uint32Array(kernel.memory.buffer);

  /** Where each object was written, counted from the first that ever was; -1: nowhere. */
  const writtenAt = new Float64Array(packed).fill(-1);
  const sizes = new Uint32Array(packed);
  let written = 0;
  const take = (size: number): number => {
    const whole = aligned(size + slack);
    if ((written % keptBytes) + whole > keptBytes) written += keptBytes - (written % keptBytes);
    written += whole;
    return written - whole;
  };
  const note = (number: number, at: number, size: number): Kept => {
    writtenAt[number] = at;
    sizes[number] = size;
    return { at: kept + (at % keptBytes), size };
  };
  const recall = (number: number): Kept | null => {
    const at = writtenAt[number] ?? -1;
    if (at < 0 || at + keptBytes - endangered < written) return null;
    return { at: kept + (at % keptBytes), size: sizes[number] ?? 0 };
  };

  const packOf = (number: number): number => {
    let pack = begins.length - 1;
    while ((begins[pack] ?? 0) > number) pack -= 1;
    return pack;
  };
  const inflate = ({ pack, map }: StoredPack, place: number, target: number, size: number): void => {
    const start = (map.starts[place] ?? 0) + (map.heads[place] ?? 0);
    const compressed = compressedAt(pack, start, size, map.starts[place + 1]);
    memory.set(compressed, source);
    if (kernel.inflate(source, compressed.length, target, size) === 0)
      throw new Damaged("an object cannot be unpacked, or is not as long as its head says");
  };
  const apply = (base: Kept, length: number, number: number): Kept => {
    const [baseSize, from] = sizeIn(memory, delta, delta + length);
    const [size, at] = sizeIn(memory, from, delta + length);
    if (baseSize !== base.size || size > mostBytes) throw new Damaged("a delta is of another base, or makes too much");
    const to = take(size);
    const target = kept + (to % keptBytes);
    if (kernel.applyDelta(at, delta + length - at, base.at, base.size, target, size, told, 1, 0) === 0)
      throw new Damaged("a delta does not make what it says of its base");
    return note(number, to, size);
  };
  const steps: number[] = [];
  const readPacked = (number: number, kind: ReadKind): Kept => {
    const which = packOf(number);
    const [own, begin] = [packs[which], begins[which] ?? 0];
    if (own === undefined || entryKinds[own.kinds[number - begin] ?? -1] !== kind)
      throw new Damaged("an object is of another kind than is said");
    const { map } = own;
    steps.length = 0;
    let place = number - begin;
    let made = recall(number);
    while (made === null) {
      if ((map.sizes[place] ?? 0) > mostBytes) throw new Damaged("an object is too large to be read here");
      steps.push(place);
      const base = map.bases[place] ?? -1;
      if (base < 0) break;
      place = base;
      made = recall(begin + place);
    }
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const size = map.sizes[step] ?? 0;
      if (made === null) {
        const to = take(size);
        inflate(own, step, kept + (to % keptBytes), size);
        made = note(begin + step, to, size);
      } else {
        inflate(own, step, delta, size);
        made = apply(made, size, begin + step);
      }
    }
    if (made === null) throw new Damaged("an object is not there");
    return made;
  };
  const readOther = (number: number, kind: ReadKind): Kept => {
    const object = store.read(others[number - packed] ?? "", mostBytes);
    if (typeof object === "string" || object.type !== kind) throw new Damaged("an object is not there, or too large");
    const at = kept + (take(object.bytes.length) % keptBytes);
    memory.set(object.bytes, at);
    return { at, size: object.bytes.length };
  };
  const read = (number: number, kind: ReadKind): Kept =>
    number < packed ? readPacked(number, kind) : readOther(number, kind);

  const otherOf = (name: string): number => {
    const known = otherNumbers.get(name) ?? packed + others.length;
    if (known === packed + others.length) {
      others.push(name);
      otherNumbers.set(name, known);
    }
    return known;
  };
  const numberAt = (bytes: Uint8Array, at: number): number => {
    for (let which = 0; which < packs.length; which++) {
      const number = packs[which]?.find(bytes, at) ?? -1;
      if (number >= 0) return (begins[which] ?? 0) + (packs[which]?.map.places[number] ?? 0);
    }
    return otherOf(Buffer.from(bytes.subarray(at, at + nameLength)).toString("hex"));
  };

  return {
    packed,
    numberOf: (name) => numberAt(Buffer.from(name, "hex"), 0),
    nameOf: (number) => {
      const which = packOf(number);
      return number < packed
        ? (packs[which]?.map.nameAt(number - (begins[which] ?? 0)) ?? "")
        : (others[number - packed] ?? "");
    },
    read: (number, kind) => {
      const { at, size } = read(number, kind);
      return memory.subarray(at, at + size);
    },
    newIn: (tree, before) => {
      const other = before === null ? null : read(before, "tree");
      const mark = written;
      const { at, size } = read(tree, "tree");
      // Unless it was written over meanwhile; then all is new.
      const beside = other !== null && written - mark < endangered ? other : { at: kept, size: 0 };
      const count = kernel.newEntries(at, size, beside.at, beside.size, nameLength, told, room);
      if (count < 0) throw new Damaged("a tree has an entry that is none");
      const entries: NumberedEntry[] = [];
      for (let word = told >> 2, end = word + entryWords * count; word < end; word += entryWords) {
        const was = words[word + 4] ?? 0;
        entries.push({
          kind: treeEntryKinds[words[word] ?? 0] ?? "link",
          name: memory.toString("latin1", words[word + 1], words[word + 2]),
          object: numberAt(memory, words[word + 3] ?? 0),
          before: was === 0 ? null : numberAt(memory, was),
        });
      }
      return entries;
    },
  };
}

/** Of each object of a pack what it is, by what it is made from; of what is made from elsewhere, or in a circle, that of a delta. */
function kindsIn({ count, kinds, bases }: MappedPack): Uint8Array {
  const found = Uint8Array.from(kinds);
  const way: number[] = [];
  for (let from = 0; from < count; from++) {
    let place = from;
    for (; (bases[place] ?? -1) >= 0 && way.length <= count; place = bases[place] ?? -1) {
      // Those before are known.
      if (place < from) break;
      way.push(place);
    }
    const kind = found[place] ?? 0;
    for (const each of way) found[each] = kind;
    way.length = 0;
  }
  return found;
}

/** The size that stands at a place of a delta, and where it ends. Throws `Damaged`. */
function sizeIn(memory: Buffer, from: number, end: number): readonly [size: number, end: number] {
  let [value, scale, at] = [0, 1, from];
  for (; at < end; scale *= 128) {
    const byte = memory[at++] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at];
  }
  throw new Damaged("a delta is cut off");
}

const aligned = (size: number): number => Math.ceil(size / 64) * 64;
