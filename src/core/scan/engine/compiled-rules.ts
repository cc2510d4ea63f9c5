import { backtrackingCostOf } from "../re2/backtracking-cost.ts";
import { matchesAt, type Matcher } from "../re2/matcher.ts";
import type { RegexNode } from "../re2/node.ts";
import { parseRe2 } from "../re2/parse.ts";
import type { ReadyRule } from "../ready-rule.ts";
import type { Rule } from "../rules/rule.ts";
import { type Anchors, anchorsOf } from "./anchors.ts";
import { automatonOf } from "./automaton.ts";
import { type Gate, mostStarts } from "./dictionary.ts";

/** How to find the matches of a rule: by its anchors or, where it has none, in the whole of each text that holds one of its keywords. */
export type CompiledRule = {
  readonly id: string;
  readonly anchors: Omit<Anchors, "tail"> | null;
  /** What holds at the anchors of matches; `null`: nothing is known. */
  readonly gate: Extract<Gate, { kind: "automaton" }> | null;
  /** Steps after which a backtracking engine gives up on a place at the latest; `null`: no bound. */
  readonly cost: number | null;
};

/** Compiles a rule. Pure data, which can be kept. */
export function compileForEngine({ id, regex }: Pick<Rule, "id" | "regex">): CompiledRule {
  if (regex === null) return { id, anchors: null, gate: null, cost: null };
  const { node } = parseRe2(regex.re2);
  const cost = backtrackingCostOf(node);
  const found = anchorsOf(node);
  return {
    id,
    anchors: found === null ? null : { kind: found.kind, words: found.words, least: found.least, most: found.most },
    gate: found === null ? null : gateOf(node, found),
    cost: Number.isFinite(cost) ? cost : null,
  };
}

/** The whole regex from where a match may begin or, if these are too many places, what begins at the anchor. */
function gateOf(node: RegexNode, { least, most, tail }: Anchors): CompiledRule["gate"] {
  const isNarrow = most - least < mostStarts;
  const automaton = isNarrow ? automatonOf(node) : tail === null ? null : automatonOf(tail);
  if (automaton === null) return null;
  return { kind: "automaton", automaton, least: isNarrow ? least : 0, most: isNarrow ? most : 0 };
}

/** The same matches as the rule's own matcher, tried only where an anchor stands. */
export type AnchoredMatcher = (text: string, anchors: readonly number[]) => ReturnType<Matcher>;

/** So many places are always tried one by one. */
const fewPlaces = 64;
/** Beyond, one in so many bytes: more may be an attack on the backtracking engine, which the rule's own matcher withstands. */
const bytesPerPlace = 2048;
/** A regex that gives up so soon can be tried anywhere. */
const cheap = 200;

/** Makes the regexes when they are first used: few rules are met in one scan. */
export function anchoredMatcher(
  compiled: CompiledRule,
  anchors: NonNullable<CompiledRule["anchors"]>,
  ready: ReadyRule,
): AnchoredMatcher {
  const isCheap = compiled.cost !== null && compiled.cost <= cheap;
  let here: RegExp | undefined;
  return (text, places) => {
    const most = isCheap ? Infinity : Math.max(fewPlaces, text.length / bytesPerPlace);
    if (places.length > most) return ready.matches?.(text) ?? [];
    here ??= new RegExp(ready.rule.regex?.js ?? "(?!)", "dy");
    return matchesAt(startsBefore(places, anchors), here, text);
  };
}

/** Where a match may begin, in order, each place once. */
function* startsBefore(places: readonly number[], { least, most }: Pick<Anchors, "least" | "most">): Generator<number> {
  let next = 0;
  for (const place of places) for (next = Math.max(next, place - most); next <= place - least; next++) yield next;
}
