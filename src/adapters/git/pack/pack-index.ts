import { Damaged } from "./damage.ts";
import { readNames, type SortedNames } from "./names.ts";

/** Which objects a pack has, and where. */
export type PackIndex = {
  readonly names: SortedNames;
  /** Where the object with that number begins in the pack. */
  readonly offsets: Float64Array;
  /** The checksum of the pack, in hexadecimal: another pack has another one. Null where the index does not say. */
  readonly checksum: string | null;
};

const magic = 0xff74_4f63;
export const headLength = 8;
export const fanoutSize = 1024;
/** From here on an offset is the number of one of 64 bits. */
export const largeOffset = 0x8000_0000;

/** Reads an index of version 2 (gitformat-pack(5)), offsets beyond 2 GiB too. Throws `Damaged`; of version 1, which git has not written since 2008, as well. */
export function parsePackIndex(file: Buffer, nameLength: number): PackIndex {
  if (file.length < headLength + fanoutSize + 2 * nameLength) throw new Damaged("a pack's index is cut off");
  if (file.readUInt32BE(0) !== magic || file.readUInt32BE(4) !== 2)
    throw new Damaged("a pack's index is not of version 2");
  const names = readNames(file, headLength, headLength + fanoutSize, nameLength);
  const { count } = names;
  const small = headLength + fanoutSize + count * (nameLength + 4);
  const large = small + 4 * count;
  const trailer = file.length - 2 * nameLength;
  if (large > trailer) throw new Damaged("a pack's index is cut off");
  return {
    names,
    offsets: readOffsets(file.subarray(small, large), file.subarray(large, trailer)),
    checksum: file.toString("hex", trailer, trailer + nameLength),
  };
}

/** Offsets of 31 bits; those with the highest bit set are the number of one of 64 bits in a second table. */
export function readOffsets(small: Buffer, large: Buffer, stride = 4): Float64Array {
  const count = small.length / stride;
  const offsets = new Float64Array(count);
  for (let number = 0; number < count; number++) {
    const offset = small.readUInt32BE(stride * (number + 1) - 4);
    offsets[number] = offset < largeOffset ? offset : largeAt(large, offset - largeOffset);
  }
  return offsets;
}

function largeAt(table: Buffer, number: number): number {
  if (8 * (number + 1) > table.length) throw new Damaged("an index lacks an offset of 64 bits");
  const offset = Number(table.readBigUInt64BE(8 * number));
  if (!Number.isSafeInteger(offset)) throw new Damaged("an offset in an index is beyond any file");
  return offset;
}
