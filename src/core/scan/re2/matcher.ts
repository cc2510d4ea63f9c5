import { backtrackingCostOf } from "./backtracking-cost.ts";
import { literalPrefixesOf } from "./literal-prefixes.ts";
import { parseRe2 } from "./parse.ts";
import { reversedNfa } from "./nfa.ts";
import { StartFinder } from "./start-finder.ts";
import type { BytePattern } from "./translate.ts";

/** Gives every match of a regex in a byte string, from left to right, with the indices of its groups. */
export type Matcher = (text: string) => Iterable<RegExpExecArray>;

// Below this a backtracking engine cannot lose much time, and building the automaton would cost more.
const shortText = 1024;
// So many starts of the literal prefixes in one text are normal; more may be an attack on the backtracking engine.
const manyStarts = 64;
// A regex that gives up on a place after so few steps is quick whatever the text.
const cheap = 200;
const shortestPrefix = 3;

/**
 * A matcher that takes time linear in the text. The backtracking engine alone is fastest where it gives up soon, or matches begin
 * with a literal that is rare; elsewhere, and on texts that repeat the literal, an automaton first finds where matches begin, and the engine
 * is tried only there. It is made when it is first used: few rules are in one scan.
 */
export function createMatcher(pattern: BytePattern): Matcher {
  let made: Matcher | null = null;
  return (text) => (made ??= makeMatcher(pattern))(text);
}

function makeMatcher(pattern: BytePattern): Matcher {
  const everywhere = new RegExp(pattern.js, "dg");
  const here = new RegExp(pattern.js, "dy");
  const { node } = parseRe2(pattern.re2);
  const prefixes = literalPrefixesOf(node);
  const isCheap = backtrackingCostOf(node) <= cheap;
  let finder: StartFinder | null | undefined;
  return (text) => {
    if (isCheap || text.length < shortText || !mayBeSlow(text, prefixes)) return text.matchAll(everywhere);
    if (finder === undefined) {
      const nfa = reversedNfa(node);
      finder = nfa === null ? null : new StartFinder(nfa);
    }
    return finder === null ? text.matchAll(everywhere) : matchesAt(finder.startsIn(text), here, text);
  };
}

/** The matches that begin at some of the places, which are in order and miss none; `here` is sticky. */
export function* matchesAt(starts: Iterable<number>, here: RegExp, text: string): Generator<RegExpExecArray> {
  let from = 0;
  for (const start of starts) {
    if (start < from) continue;
    here.lastIndex = start;
    // An open repetition has a bound here and none in the automaton, so a start may turn out to be none.
    const found = here.exec(text);
    if (found === null) continue;
    from = here.lastIndex;
    yield found;
  }
}

function mayBeSlow(text: string, prefixes: readonly string[] | null): boolean {
  if (prefixes === null || prefixes.some((prefix) => prefix.length < shortestPrefix)) return true;
  let count = 0;
  for (const prefix of prefixes) {
    for (let at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + prefix.length)) {
      count += 1;
      if (count > manyStarts) return true;
    }
  }
  return false;
}
