import type { Lessons } from "./lessons.ts";

/** Something that a finder looks for. */
export type Sought = {
  /** By which it is asked for; no two things have the same. */
  readonly key: string;
  /** One of these stands where it begins: byte strings in lower case, two bytes or more. Case does not count. */
  readonly words: readonly string[];
  /** What is known of how the text goes on from there: a regex (RE2) that matches, or that a name may be given something. `null`: nothing. */
  readonly gate: { readonly kind: "regex"; readonly re2: string } | { readonly kind: "name" } | null;
};

/**
 * The places at which something that is sought may stand, each once and in order: from somebody who has looked already, so that a finder need
 * not search. It may be that it does not stand there after all.
 */
export type Spotted = ((sought: Sought) => readonly number[]) & {
  /** To be told what was found out there. What was told may be left out from then on. */
  readonly lessons?: Lessons;
};

export const soughtAs = (key: string, words: readonly string[], re2: string | null = null): Sought => ({
  key,
  words,
  gate: re2 === null ? null : { kind: "regex", re2 },
});

/** Every match of a regex (flag `g`), left to right; told where one can begin, it is tried only there. */
export function* matchesOf(
  pattern: RegExp,
  text: string,
  places: readonly number[] | null,
): Generator<RegExpExecArray> {
  if (places === null) {
    yield* text.matchAll(pattern);
    return;
  }
  const here = stickyOf(pattern);
  let from = 0;
  for (const place of places) {
    if (place < from) continue;
    here.lastIndex = place;
    const hit = here.exec(text);
    if (hit === null) continue;
    from = place + Math.max(1, hit[0].length);
    yield hit;
  }
}

const made = new Map<RegExp, RegExp>();

function stickyOf(pattern: RegExp): RegExp {
  const known = made.get(pattern) ?? new RegExp(pattern.source, pattern.flags.replace("g", "y"));
  made.set(pattern, known);
  return known;
}
