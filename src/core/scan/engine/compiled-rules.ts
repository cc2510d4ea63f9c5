import type { RegexMatch } from "../re2/linear-matcher.ts";
import type { StartRange } from "../re2/matcher.ts";
import type { RegexNode } from "../re2/node.ts";
import { parseRe2 } from "../re2/parse.ts";
import type { ReadyRule } from "../ready-rule.ts";
import type { Rule } from "../rules/rule.ts";
import { type Anchors, anchorsOf } from "./anchors.ts";
import { automatonOf } from "./automaton.ts";
import { type Gate, mostStarts } from "./dictionary.ts";
import { type NeededRows, neededRowsOf, placesWithRow } from "./needed-rows.ts";
import { nearRunOf } from "./required-run.ts";

/** How to find the matches of a rule: by its anchors or, where it has none, in the whole of each text that holds one of its keywords. */
export type CompiledRule = {
  readonly id: string;
  readonly anchors: Omit<Anchors, "tail"> | null;
  /** What holds at the anchors of matches; `null`: nothing is known. */
  readonly gate: Extract<Gate, { kind: "automaton" }> | null;
  /** What every match holds; `null`: nothing is known. */
  readonly needed: NeededRows | null;
};

/** Compiles a rule. Pure data, which can be kept. */
export function compileForEngine({ id, regex }: Pick<Rule, "id" | "regex">): CompiledRule {
  if (regex === null) return { id, anchors: null, gate: null, needed: null };
  const { node } = parseRe2(regex.re2);
  const found = anchorsOf(node);
  return {
    id,
    anchors: found === null ? null : { kind: found.kind, words: found.words, least: found.least, most: found.most },
    gate: found === null ? null : gateOf(node, found),
    needed: neededRowsOf(node),
  };
}

/** The whole regex from where a match may begin or, if these are too many places, what begins at the anchor. */
function gateOf(node: RegexNode, { kind, tail, ...range }: Anchors): CompiledRule["gate"] {
  const isNarrow = range.most - range.least < mostStarts;
  const begun = isNarrow ? node : tail;
  const automaton = begun === null ? null : automatonOf(begun);
  if (begun === null || automaton === null) return null;
  const { least, most } = isNarrow ? range : { least: 0, most: 0 };
  // Dots are found while runs are still looked for.
  return { kind: "automaton", automaton, least, most, run: kind === "dotted" ? null : nearRunOf(begun, least) };
}

/** The same matches as the rule's own matcher, tried only where an anchor stands and, behind it, what every match holds. */
export type AnchoredMatcher = (text: string, anchors: readonly number[]) => Iterable<RegexMatch>;

export function anchoredMatcher(
  anchors: NonNullable<CompiledRule["anchors"]>,
  needed: NeededRows | null,
  { matcher }: ReadyRule,
): AnchoredMatcher {
  return (text, places) => {
    const likely = needed === null ? places : placesWithRow(needed, text, places, anchors);
    return likely.length === 0 ? [] : (matcher?.within(text, startsBefore(likely, anchors)) ?? []);
  };
}

/** Where a match may begin, as ranges in order that do not touch. */
function startsBefore(
  places: readonly number[],
  { least, most }: Pick<Anchors, "least" | "most">,
): readonly StartRange[] {
  const ranges: StartRange[] = [];
  for (const place of places) {
    const [first, last] = [Math.max(0, place - most), place - least];
    const before = ranges.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else if (last >= first) ranges.push({ first, last });
  }
  return ranges;
}
