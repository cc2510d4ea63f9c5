/** A stream of numbers that look random and are the same for the same seed. */
export type Random = {
  /** A whole number from 0 up to, not including, `bound`. */
  readonly below: (bound: number) => number;
};

/** Seeds by a text and a number: the mulberry32 generator over an FNV-1a hash. For test data only. */
export function seededRandom(text: string, seed: number): Random {
  let state = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (seed + 0x9e3779b9), 0x85ebca6b);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { below: (bound) => Math.floor(next() * bound) };
}

/** One element of a list. */
export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[random.below(list.length)] ?? list[0];
}
