import { Damaged } from "./damage.ts";

/** Names of objects (SHA-1 or SHA-256), as an index keeps them: in order, one after the other, with how many begin with each byte or less. */
export type SortedNames = {
  readonly bytes: Buffer;
  /** Length of one name in bytes. */
  readonly length: number;
  readonly count: number;
  /** 256 numbers. */
  readonly fanout: Uint32Array;
};

const fanoutSize = 1024;

/** Reads fan-out and names at an offset; throws `Damaged` where they contradict each other or the file ends before. */
export function readNames(file: Buffer, fanoutAt: number, namesAt: number, length: number): SortedNames {
  if (file.length < fanoutAt + fanoutSize) throw new Damaged("an index ends in its fan-out table");
  const fanout = Uint32Array.from({ length: 256 }, (_, byte) => file.readUInt32BE(fanoutAt + 4 * byte));
  if (fanout.some((count, byte) => byte > 0 && count < (fanout[byte - 1] ?? 0)))
    throw new Damaged("the fan-out table of an index goes down");
  const count = fanout[255] ?? 0;
  const end = namesAt + count * length;
  if (end > file.length) throw new Damaged("an index is shorter than its fan-out table says");
  return { bytes: file.subarray(namesAt, end), length, count, fanout };
}

/** The number of a name, or -1. */
export function numberOf({ bytes, length, fanout }: SortedNames, name: Uint8Array): number {
  const first = name[0] ?? 0;
  let low = first === 0 ? 0 : (fanout[first - 1] ?? 0);
  let high = fanout[first] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = bytes.compare(name, 0, length, middle * length, (middle + 1) * length);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

/** The name with a number, in hexadecimal. */
export const nameAt = ({ bytes, length }: SortedNames, number: number): string =>
  bytes.toString("hex", number * length, (number + 1) * length);
