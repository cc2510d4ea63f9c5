import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { describeFileError } from "./file-error.ts";

/** A file's bytes, or why they could not be had. */
export type FileContent =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "unread"; readonly reason: "too-large" | "unreadable" | "changed"; readonly detail: string };

const attempts = 2;

/** Gives memory of a size for a file's bytes. */
export type RoomFor = (size: number) => Uint8Array;

/** What is larger is read to memory of its own. */
export const mostReused = 4 * 1024 * 1024;

/** The same memory for file after file, which new memory takes longer than reading; for large ones their own. What was read goes with the next file. */
export function reusedRoom(): (size: number) => Buffer {
  let room = Buffer.alloc(0);
  return (size) => {
    if (size > mostReused) return Buffer.allocUnsafe(size);
    if (size > room.length) room = Buffer.allocUnsafeSlow(Math.min(mostReused, 2 * size));
    return room.subarray(0, size);
  };
}

/**
 * Reads a file whole. A file that changes while it is read is read again, once. Only plain files are read: a pipe or a device could
 * block for ever. Never throws for what the file is.
 */
export function readFile(
  path: string | Buffer,
  maxBytes: number,
  roomFor: RoomFor = (size) => Buffer.allocUnsafe(size),
): FileContent {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return { kind: "unread", reason: "unreadable", detail: describeFileError(error) };
  }
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const content = readOpen(file, maxBytes, roomFor);
      if (content !== "changed") return content;
    }
    return {
      kind: "unread",
      reason: "changed",
      detail: "It changed while it was read; scan again when it is at rest.",
    };
  } catch (error) {
    return { kind: "unread", reason: "unreadable", detail: describeFileError(error) };
  } finally {
    closeSync(file);
  }
}

function readOpen(file: number, maxBytes: number, roomFor: RoomFor): FileContent | "changed" {
  const before = fstatSync(file);
  if (!before.isFile()) return { kind: "unread", reason: "unreadable", detail: `It is ${kindOf(before)}, not a file.` };
  if (before.size > maxBytes) {
    const detail = `It has ${before.size} bytes; files of up to ${maxBytes} are read (--max-bytes).`;
    return { kind: "unread", reason: "too-large", detail };
  }
  // One byte more than there should be: a file that grew is noticed. Files of size 0 may have content all the same (/proc).
  const room = roomFor(before.size + 1);
  const length = readInto(file, room, before.size);
  const after = fstatSync(file);
  if (length !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) return "changed";
  return { kind: "read", bytes: room.subarray(0, length) };
}

/** `expected`: with so many the end is met, as the size after it is looked at too. */
function readInto(file: number, room: Uint8Array, expected: number): number {
  let length = 0;
  while (length < room.length) {
    const count = readSync(file, room, length, room.length - length, length);
    length += count;
    if (count === 0 || (length === expected && length > 0)) break;
  }
  return length;
}

/** What something is that is no plain file, for people. */
export function kindOf(stats: Pick<Stats, "isDirectory" | "isFIFO" | "isSocket" | "isSymbolicLink">): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  return stats.isSymbolicLink() ? "a symbolic link" : "a device";
}
