import type { SortedNames } from "./names.ts";

/** Finds the number of a name that stands at a place in some bytes; -1 for one that is not there. */
export type NameFinder = (bytes: Uint8Array, at: number) => number;

/** As many bits of a name lead to where it is as there are names. */
const mostBits = 20;

/** For who looks for very many names: a table of where those begin that begin alike, so that few are compared. */
export function nameFinder({ bytes, length, count }: SortedNames): NameFinder {
  const bits = Math.min(mostBits, Math.max(1, Math.ceil(Math.log2(count + 1))));
  const drop = 24 - bits;
  const startOf = (names: Uint8Array, at: number): number =>
    (((names[at] ?? 0) << 16) | ((names[at + 1] ?? 0) << 8) | (names[at + 2] ?? 0)) >>> drop;
  const firsts = new Uint32Array((1 << bits) + 1);
  for (let number = 0, next = 0; number <= count; number++) {
    const start = number === count ? 1 << bits : startOf(bytes, number * length);
    // Of names that are not in order the index was refused, or they are not found, as git does not find them.
    for (; next <= start; next++) firsts[next] = number;
  }
  return (names, at) => {
    const start = startOf(names, at);
    const end = firsts[start + 1] ?? 0;
    for (let number = firsts[start] ?? 0; number < end; number++) {
      const place = number * length;
      let same = 0;
      while (same < length && bytes[place + same] === names[at + same]) same++;
      if (same === length) return number;
    }
    return -1;
  };
}
