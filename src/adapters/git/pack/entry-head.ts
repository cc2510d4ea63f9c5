import { Damaged } from "./damage.ts";

/** What stands in a pack: an object whole, or as a delta to one at some distance before it or with some name. */
export const entryKinds = ["commit", "tree", "blob", "tag", "offset-delta", "named-delta"] as const;
export type EntryKind = (typeof entryKinds)[number];

/** What stands before the compressed bytes of an entry. `size` is theirs, unpacked. */
export type EntryHead = { readonly length: number; readonly size: number } & (
  | { readonly kind: Exclude<EntryKind, "offset-delta" | "named-delta"> }
  | { readonly kind: "offset-delta"; readonly distance: number }
  | { readonly kind: "named-delta"; readonly base: Uint8Array }
);

/** Ten bytes of type and size, and a name of SHA-256. */
export const longestHead = 42;

const kinds: Readonly<Record<number, EntryKind>> = {
  1: "commit",
  2: "tree",
  3: "blob",
  4: "tag",
  6: "offset-delta",
  7: "named-delta",
};

/** Reads a head (gitformat-pack(5)). Throws `Damaged`. */
export function parseEntryHead(bytes: Uint8Array, nameLength: number): EntryHead {
  const first = byteAt(bytes, 0);
  const kind = kinds[(first >> 4) & 7];
  let size = first & 15;
  let at = 1;
  for (let byte = first, scale = 16; byte >= 0x80; scale *= 128) {
    byte = byteAt(bytes, at++);
    size += (byte & 0x7f) * scale;
  }
  if (kind === undefined || !Number.isSafeInteger(size))
    throw new Damaged("an entry of a pack has no known type or size");
  if (kind === "offset-delta") {
    const { value, end } = parseDistance(bytes, at);
    return { kind, size, distance: value, length: end };
  }
  if (kind !== "named-delta") return { kind, size, length: at };
  byteAt(bytes, at + nameLength - 1);
  return { kind, size, base: bytes.slice(at, at + nameLength), length: at + nameLength };
}

/** Each byte but the last stands for one more than it says, so that no distance can be written in two ways. */
function parseDistance(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let at = from;
  let byte = byteAt(bytes, at++);
  let value = byte & 0x7f;
  while (byte >= 0x80) {
    byte = byteAt(bytes, at++);
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  if (!Number.isSafeInteger(value) || value === 0) throw new Damaged("a delta of a pack has no possible base");
  return { value, end: at };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Damaged("an entry of a pack is cut off");
  return byte;
}
