/**
 * Where a word stands in a text, each time, in order: from somebody who has looked already, so that a finder need not search. Case does not count, and
 * the word may not quite be there. Words are byte strings in lower case.
 */
export type Spotted = (word: string) => readonly number[];

/** The places of several words, in order. */
export function placesOf(words: readonly string[], spotted: Spotted): readonly number[] {
  const lists = words.map(spotted).filter((places) => places.length > 0);
  const [first = []] = lists;
  return lists.length < 2 ? first : lists.flat().sort((a, b) => a - b);
}

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
