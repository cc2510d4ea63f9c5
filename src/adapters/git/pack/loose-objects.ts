import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { constants, inflateSync } from "node:zlib";
import { Damaged } from "./damage.ts";
import { inflate } from "./inflate.ts";

/** Type and content of an object. */
export type ObjectContent = { readonly type: string; readonly bytes: Buffer };

/** `too-large`: not read for its size. */
export type LooseObject = ObjectContent | "too-large" | "missing";

const longestHead = 64;

/** Reads an object that lies in a file of its own. Throws `Damaged`. */
export function readLooseObject(directory: string, name: string, mostBytes: number): LooseObject {
  const file = join(directory, name.slice(0, 2), name.slice(2));
  const packed = statSync(file, { throwIfNoEntry: false });
  if (packed === undefined) return "missing";
  // Compression makes nothing longer by more than a few bytes in a block.
  if (packed.size > mostBytes + (mostBytes >> 8) + 4096) return "too-large";
  const compressed = readFileSync(file);
  const head = headOf(compressed);
  const found = /^(blob|tree|commit|tag) (\d{1,15})\0/.exec(head.toString("latin1"));
  if (found === null) throw new Damaged("a loose object has no head");
  const [whole, type = "", digits] = found;
  const size = Number(digits);
  if (size > mostBytes) return "too-large";
  return { type, bytes: inflate(compressed, whole.length + size).subarray(whole.length) };
}

function headOf(compressed: Buffer): Buffer {
  try {
    // Of a beginning that is cut off as much is unpacked as there is.
    const some = compressed.subarray(0, 4 * longestHead);
    return inflateSync(some, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, longestHead);
  } catch (cause) {
    throw new Damaged("a loose object cannot be unpacked", { cause });
  }
}

/** The names of all objects that lie in files of their own. */
export function* looseNames(directory: string): Generator<string, void, undefined> {
  for (const folder of readdirSync(directory)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const rest of readdirSync(join(directory, folder)))
      if (/^(?:[0-9a-f]{38}|[0-9a-f]{62})$/.test(rest)) yield folder + rest;
  }
}
