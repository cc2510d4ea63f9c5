import { backtrackingCostOf, repeatsNothing } from "./backtracking-cost.ts";
import { LinearMatcher, type RegexMatch } from "./linear-matcher.ts";
import { matchingNfa } from "./nfa.ts";
import type { RegexNode } from "./node.ts";
import { parseRe2 } from "./parse.ts";
import { type BytePattern, openRepetitionLimit } from "./translate.ts";

/** Gives every match of a regex in a byte string, from left to right, with the indices of its groups. */
export type Matcher = {
  readonly all: (text: string) => Iterable<RegexMatch>;
  /** The same, where it is known where matches may begin: in ranges that are in order and apart, both ends included. */
  readonly within: (text: string, starts: readonly StartRange[]) => Iterable<RegexMatch>;
  /** Whether there is any. */
  readonly isIn: (text: string) => boolean;
};

export type StartRange = { first: number; last: number };

/**
 * So many steps of a backtracking engine are always worth it: an automaton takes longer to make. They are an upper bound,
 * of which texts that are not made for it need a small part.
 */
const fewSteps = 1e6;
/** And so many for each byte of a text, which the automaton would go through. */
const fewStepsOfByte = 300;
/** A regex that gives up on a place so soon is quick whatever the text. */
const cheap = 200;

/**
 * A matcher that takes time linear in the text, whatever the regex. The backtracking engine, which is ready at once, is asked where it has been counted that it cannot
 * take long; everywhere else the matches are found by an automaton. Both give the same. They are made when they are first used: few rules are in one scan.
 */
export function createMatcher(pattern: BytePattern): Matcher {
  let made: Matcher | undefined;
  const matcher = (): Matcher => (made ??= makeMatcher(pattern));
  return {
    all: (text) => matcher().all(text),
    within: (text, starts) => matcher().within(text, starts),
    isIn: (text) => matcher().isIn(text),
  };
}

function makeMatcher(pattern: BytePattern): Matcher {
  const { node } = parseRe2(pattern.re2);
  const isOpen = pattern.maxLength === null;
  const costIn = repeatsNothing(node) ? () => Infinity : costByLength(node, isOpen);
  const longest = pattern.maxLength ?? Infinity;
  /** Whether a backtracking engine may be tried at so many places, and finds the same: its repetitions have a bound. */
  const mayTry = (text: string, places: number): boolean => {
    if (isOpen && text.length > openRepetitionLimit) return false;
    const cost = costIn(text.length);
    return cost <= cheap || places * cost <= Math.max(fewSteps, fewStepsOfByte * text.length);
  };
  let linear: LinearMatcher | undefined;
  const byAutomaton = (): LinearMatcher => {
    const nfa = linear === undefined ? matchingNfa(node) : null;
    if (nfa !== null) linear = new LinearMatcher(nfa, pattern.groups.length);
    if (linear === undefined) throw new Error("a regex that is too large was not refused");
    return linear;
  };
  const regexes = new Map<string, RegExp>();
  const regex = (flags: string): RegExp => {
    const known = regexes.get(flags) ?? new RegExp(pattern.js, flags);
    regexes.set(flags, known);
    return known;
  };
  return {
    isIn: (text) => (mayTry(text, text.length) ? regex("").test(text) : byAutomaton().isIn(text)),
    all: (text) => (mayTry(text, text.length) ? asMatches(text.matchAll(regex("dg"))) : byAutomaton().matchesIn(text)),
    within: (text, starts) => {
      const places = starts.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      if (mayTry(text, places)) return triedAt(text, starts, regex("dy"));
      return byWindows(byAutomaton(), text, starts, longest);
    },
  };
}

const shortest = 1024;

/** What a place costs in a text of some length: an open repetition goes no more rounds than there are bytes. */
function costByLength(node: RegexNode, isOpen: boolean): (length: number) => number {
  const known = new Map<number, number>();
  return (length) => {
    let rounds = isOpen ? shortest : openRepetitionLimit;
    while (rounds < length && rounds < openRepetitionLimit) rounds *= 2;
    const cost = known.get(rounds) ?? backtrackingCostOf(node, rounds);
    known.set(rounds, cost);
    return cost;
  };
}

function* asMatches(found: Iterable<RegExpExecArray>): Generator<RegexMatch> {
  for (const { index, indices = [] } of found) yield { index, indices };
}

/** `here` is sticky. */
function* triedAt(text: string, starts: readonly StartRange[], here: RegExp): Generator<RegexMatch> {
  let from = 0;
  for (const { first, last } of starts) {
    for (let start = Math.max(from, first); start <= last; start = Math.max(from, start + 1)) {
      here.lastIndex = start;
      const found = here.exec(text);
      if (found === null) continue;
      from = here.lastIndex;
      yield { index: found.index, indices: found.indices ?? [] };
    }
  }
}

function* byWindows(
  linear: LinearMatcher,
  text: string,
  starts: readonly StartRange[],
  longest: number,
): Generator<RegexMatch> {
  let from = 0;
  for (let at = 0; at < starts.length;) {
    const first = Math.max(from, starts[at]?.first ?? 0);
    let to = (starts[at]?.last ?? 0) + longest;
    // What lies close together is gone through once.
    for (at++; at < starts.length && (starts[at]?.first ?? 0) <= to; at++) to = (starts[at]?.last ?? 0) + longest;
    if (first > text.length) return;
    for (const match of linear.matchesIn(text, first, Math.min(to, text.length))) {
      from = match.indices[0]?.[1] ?? from;
      yield match;
    }
  }
}
