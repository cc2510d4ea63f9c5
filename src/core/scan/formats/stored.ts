import type { Haystack } from "../find-candidates.ts";

/** A place where a format keeps a credential. */
export type Stored = {
  readonly start: number;
  readonly end: number;
  /** What is judged: the value, decoded if the format encodes it. */
  readonly plain: string;
};

/**
 * Finds what one format keeps, in a text; bounded in what it looks at, nothing where the format's own words do not occur. `places`: where its word may
 * stand, if somebody has looked already.
 */
export type FindStored = (haystack: Haystack, places: readonly number[] | null) => Iterable<Stored>;

/** Where a pattern with the flags `d` and `g` matches; its group `secret` is the credential. */
export function* storedBy(
  pattern: RegExp,
  text: string,
  plainOf: (secret: string) => string | null,
): Generator<Stored> {
  for (const found of text.matchAll(pattern)) {
    const span = found.indices?.groups?.["secret"];
    if (span === undefined) continue;
    const plain = plainOf(text.slice(span[0], span[1]));
    if (plain !== null) yield { start: span[0], end: span[1], plain };
  }
}
