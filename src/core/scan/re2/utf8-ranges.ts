import { utf8Of } from "../byte-text.ts";
import { type CodePoints, lastCodePoint, within } from "./code-points.ts";

/** A range of bytes, both ends included. */
export type ByteRange = readonly [low: number, high: number];

/**
 * The UTF-8 forms of a set of code points above ASCII, as sequences of byte ranges: a text is in the set if it matches one of
 * them byte by byte. (The construction is the one of Thompson's `utf8` ranges: split where the length changes and where a
 * continuation byte would not run through all its values.)
 */
export function utf8Sequences(points: CodePoints): readonly (readonly ByteRange[])[] {
  const lengths = [
    [0x80, 0x7ff],
    [0x800, 0xffff],
    [0x10000, lastCodePoint],
  ] as const;
  return lengths.flatMap(([low, high]) =>
    within(points, low, high).flatMap(([first, last]) => sequencesBetween(first, last)),
  );
}

function sequencesBetween(low: number, high: number): readonly (readonly ByteRange[])[] {
  for (let bits = 6; bits <= 18; bits += 6) {
    const mask = (1 << bits) - 1;
    if (low >> bits === high >> bits) continue;
    if ((low & mask) !== 0) return [...sequencesBetween(low, low | mask), ...sequencesBetween((low | mask) + 1, high)];
    if ((high & mask) !== mask) {
      return [...sequencesBetween(low, (high & ~mask) - 1), ...sequencesBetween(high & ~mask, high)];
    }
  }
  const first = utf8Of(low);
  const last = utf8Of(high);
  return [Array.from(first, (char, at) => [char.charCodeAt(0), last.charCodeAt(at)] as const)];
}
