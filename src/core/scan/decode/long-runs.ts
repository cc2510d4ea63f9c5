/** A set of bytes, as a table with a 1 for each member. */
export type ByteSet = Uint8Array;

/** The set of the characters of a string (ASCII). */
export function byteSetOf(characters: string): ByteSet {
  const set = new Uint8Array(256);
  for (let at = 0; at < characters.length; at++) set[characters.charCodeAt(at)] = 1;
  return set;
}

/**
 * The stretches of at least `least` bytes that are all in a set, in order. Looks at the last byte of a possible stretch first, so most of
 * a text is never read.
 */
export function* longRuns(text: string, set: ByteSet, least: number): Generator<readonly [start: number, end: number]> {
  for (let start = nextLongRun(text, set, least, 0); start >= 0;) {
    const end = endOfRun(text, set, start + least);
    yield [start, end];
    start = nextLongRun(text, set, least, end + 1);
  }
}

/** Where the next of these stretches begins, or -1. */
export function nextLongRun(text: string, set: ByteSet, least: number, from: number): number {
  let start = from;
  while (start + least <= text.length) {
    let back = start + least - 1;
    while (back >= start && set[text.charCodeAt(back)] === 1) back -= 1;
    if (back < start) return start;
    start = back + 1;
  }
  return -1;
}

/** The first place from one on whose byte is not in a set. */
export function endOfRun(text: string, set: ByteSet, from: number): number {
  let end = from;
  while (end < text.length && set[text.charCodeAt(end)] === 1) end += 1;
  return end;
}
