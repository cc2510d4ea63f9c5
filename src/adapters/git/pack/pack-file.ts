import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Damaged } from "./damage.ts";

/** The bytes of a pack, read a piece at a time: it may be larger than memory. */
export type PackFile = {
  readonly path: string;
  /** Where the first entry begins. */
  readonly start: number;
  /** Where the last entry ends. */
  readonly end: number;
  /** How many objects it says it has. */
  readonly count: number;
  /** A view that is good until the next call. Throws `Damaged` when the file ends before. */
  readonly read: (offset: number, length: number) => Buffer;
  readonly close: () => void;
};

const headLength = 12;
/** Objects of a family may lie anywhere in a pack: of larger windows most is read for nothing. */
const largestWindow = 1 << 14;
/** So many bytes of a pack are kept in windows unless somebody says otherwise. */
export const defaultWindow = 4 << 20;

type Window = { readonly start: number; readonly bytes: Buffer };

/** Opens a pack and looks at its head; of the pack it keeps about `window` bytes. Throws `Damaged`, or what the file system says. */
export function openPackFile(path: string, nameLength: number, window = defaultWindow): PackFile {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    const windowSize = Math.max(1, Math.min(window, largestWindow));
    const read = windowedReader(descriptor, size, windowSize, Math.max(1, Math.floor(window / windowSize)));
    const head = read(0, headLength);
    if (head.toString("latin1", 0, 4) !== "PACK" || ![2, 3].includes(head.readUInt32BE(4)))
      throw new Damaged("a pack is not of version 2");
    const count = head.readUInt32BE(8);
    const end = size - nameLength;
    if (end < headLength) throw new Damaged("a pack is cut off");
    return { path, start: headLength, end, count, read, close: () => closeSync(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The checksum that a pack ends with, in hexadecimal. */
export const checksumOf = ({ end, read }: PackFile, nameLength: number): string =>
  read(end, nameLength).toString("hex");

/** Reads a file of some size; of what was read last so many windows are kept. */
export function windowedReader(
  descriptor: number,
  size: number,
  windowSize: number,
  mostWindows: number,
): PackFile["read"] {
  /** The one used last is the last. */
  const windows = new Map<number, Window>();
  let last: Window | undefined;
  const windowAt = (number: number): Window => {
    if (last?.start === number * windowSize) return last;
    let window = windows.get(number);
    windows.delete(number);
    last = undefined;
    if (window === undefined) {
      const [oldest] = windows.size < mostWindows ? [] : windows.keys();
      const room = windows.get(oldest ?? -1)?.bytes.buffer ?? new ArrayBuffer(windowSize);
      if (oldest !== undefined) windows.delete(oldest);
      const start = number * windowSize;
      const bytes = Buffer.from(room, 0, Math.min(windowSize, size - start));
      window = { start, bytes: fill(descriptor, bytes, start) };
    }
    windows.set(number, window);
    last = window;
    return window;
  };
  return (offset, length) => {
    if (offset < 0 || offset + length > size) throw new Damaged("a pack ends in the middle of an object");
    const number = Math.floor(offset / windowSize);
    if (offset + length > (number + 1) * windowSize) return fill(descriptor, Buffer.allocUnsafe(length), offset);
    const { start, bytes } = windowAt(number);
    return bytes.subarray(offset - start, offset - start + length);
  };
}

function fill(descriptor: number, bytes: Buffer, offset: number): Buffer {
  for (let done = 0; done < bytes.length;) {
    const count = readSync(descriptor, bytes, done, bytes.length - done, offset + done);
    if (count === 0) throw new Damaged("a pack ends in the middle of an object");
    done += count;
  }
  return bytes;
}
