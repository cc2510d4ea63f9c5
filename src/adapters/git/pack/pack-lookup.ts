import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { Damaged } from "./damage.ts";
import { numberOf } from "./names.ts";
import { windowedReader } from "./pack-file.ts";
import { fanoutSize, headLength, largeOffset, type PackIndex, parsePackIndex } from "./pack-index.ts";

/** Finds single objects of a pack. */
export type PackLookup = {
  readonly count: number;
  /** As of its index. */
  readonly checksum: string | null;
  /** Where the object with that name begins; -1 for one that is not there. Throws `Damaged`. */
  readonly offsetOf: (name: Uint8Array) => number;
  /** All of the index. Throws `Damaged`. */
  readonly index: () => PackIndex;
  readonly close: () => void;
};

const pageSize = 1 << 14;
const mostPages = 64;

/** By an index of the pack's own, a page at a time: it may be large, and a few objects be asked for. Throws `Damaged`, or what the file system says. */
export function openPackLookup(file: string, nameLength: number): PackLookup {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const namesAt = headLength + fanoutSize;
    if (size < namesAt + 2 * nameLength) throw new Damaged("a pack's index is cut off");
    const read = windowedReader(descriptor, size, pageSize, mostPages);
    const head = Buffer.from(read(0, namesAt));
    // Looks at the beginning as whoever reads all of it does: with no names, nothing else is there to be looked at.
    const fanout = Uint32Array.from({ length: 256 }, (_, byte) => head.readUInt32BE(headLength + 4 * byte));
    if (head.readUInt32BE(0) !== 0xff74_4f63 || head.readUInt32BE(4) !== 2)
      throw new Damaged("a pack's index is not of version 2");
    if (fanout.some((upTo, byte) => byte > 0 && upTo < (fanout[byte - 1] ?? 0)))
      throw new Damaged("the fan-out table of an index goes down");
    const count = fanout[255] ?? 0;
    const smallAt = namesAt + count * (nameLength + 4);
    const largeAt = smallAt + 4 * count;
    const trailerAt = size - 2 * nameLength;
    if (largeAt > trailerAt) throw new Damaged("a pack's index is cut off");
    const offsetAt = (number: number): number => {
      const offset = read(smallAt + 4 * number, 4).readUInt32BE();
      if (offset < largeOffset) return offset;
      const place = largeAt + 8 * (offset - largeOffset);
      if (place + 8 > trailerAt) throw new Damaged("an index lacks an offset of 64 bits");
      return Number(read(place, 8).readBigUInt64BE());
    };
    return {
      count,
      checksum: read(trailerAt, nameLength).toString("hex"),
      offsetOf: (name) => {
        const first = name[0] ?? 0;
        let low = first === 0 ? 0 : (fanout[first - 1] ?? 0);
        let high = fanout[first] ?? 0;
        while (low < high) {
          const middle = (low + high) >>> 1;
          const order = read(namesAt + middle * nameLength, nameLength).compare(name);
          if (order === 0) return offsetAt(middle);
          if (order < 0) low = middle + 1;
          else high = middle;
        }
        return -1;
      },
      index: () => parsePackIndex(readFileSync(file), nameLength),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** By what is read already. */
export const lookupIn = (index: PackIndex): PackLookup => ({
  count: index.names.count,
  checksum: index.checksum,
  offsetOf: (name) => {
    const number = numberOf(index.names, name);
    return number < 0 ? -1 : (index.offsets[number] ?? -1);
  },
  index: () => index,
  close: () => undefined,
});
