import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";

/**
 * Objects of one pack in which nothing was found, kept from scan to scan. Packs never change, so that what was clean stays so, as long as it is asked by
 * the same rules and stands at the same paths: that is what a mark is made from. Nothing of any content is kept, nor of what was found.
 */
export type CleanList = ReadonlyMap<number, CleanObject>;
export type CleanObject = { readonly mark: string; readonly size: number };

const recordLength = 16;
const markLength = 8;
/** Lists of so many packs are kept, those used last. */
const mostKept = 64;

/** Where the list of a pack is kept. `asked`: names everything by which it is scanned. */
export const cleanListFile = (directory: string, packChecksum: string, asked: string): string =>
  join(directory, `history-${packChecksum.slice(0, 40)}-${digest(asked).toString("hex", 0, 12)}.clean`);

/** The mark of an object at its paths; in hexadecimal. */
export const markOf = (asked: string, name: string, paths: readonly string[]): string =>
  digest([asked, name, ...new Set(paths)].map((part) => `${part.length} ${part}`).join("\n")).toString(
    "hex",
    0,
    markLength,
  );

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** What is kept; nothing where there is no list. A scan that was ended in the middle of a record left a piece of one, which is cut off. */
export function readCleanList(file: string): CleanList {
  const clean = new Map<number, CleanObject>();
  try {
    const bytes = readFileSync(file);
    const whole = bytes.length - (bytes.length % recordLength);
    if (whole < bytes.length) truncateSync(file, whole);
    for (let at = 0; at < whole; at += recordLength) {
      const mark = bytes.toString("hex", at + 8, at + recordLength);
      clean.set(bytes.readUInt32LE(at), { size: bytes.readUInt32LE(at + 4), mark });
    }
    utimesSync(file, new Date(), new Date());
  } catch {
    // Not there yet, or not to be had: everything is scanned.
  }
  return clean;
}

/** Adds to a list. One that cannot be written costs the next scan its time. */
export function addToCleanList(file: string, objects: ReadonlyMap<number, CleanObject>): void {
  if (objects.size === 0) return;
  const bytes = Buffer.alloc(recordLength * objects.size);
  let at = 0;
  for (const [place, { mark, size }] of objects) {
    bytes.writeUInt32LE(place, at);
    bytes.writeUInt32LE(size, at + 4);
    bytes.write(mark, at + 8, "hex");
    at += recordLength;
  }
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, bytes, { mode: 0o600 });
  } catch {
    // A home that cannot be written to.
  }
}

/** Forgets the lists that were not used for longest. */
export function forgetOldLists(directory: string): void {
  try {
    const lists = readdirSync(directory).filter((name) => /^history-.*\.clean$/.test(name));
    const byUse = lists
      .map((name) => ({ name, used: statSync(join(directory, name)).mtimeMs }))
      .sort((a, b) => b.used - a.used);
    for (const { name } of byUse.slice(mostKept)) rmSync(join(directory, name), { force: true });
  } catch {
    // No lists yet.
  }
}
