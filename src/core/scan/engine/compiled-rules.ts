import { backtrackingCostOf } from "../re2/backtracking-cost.ts";
import { matchesAt, type Matcher } from "../re2/matcher.ts";
import { parseRe2 } from "../re2/parse.ts";
import type { ReadyRule } from "../ready-rule.ts";
import type { Rule } from "../rules/rule.ts";
import { type Anchors, anchorsOf } from "./anchors.ts";

/** How to find the matches of a rule: by its anchors or, where it has none, in the whole of each text that holds one of its keywords. */
export type CompiledRule = {
  readonly id: string;
  readonly anchors: Anchors | null;
  /** Steps after which a backtracking engine gives up on a place at the latest; `null`: no bound. */
  readonly cost: number | null;
};

/** Compiles a rule. Pure data, which can be kept. */
export function compileForEngine({ id, regex }: Rule): CompiledRule {
  if (regex === null) return { id, anchors: null, cost: null };
  const { node } = parseRe2(regex.re2);
  const cost = backtrackingCostOf(node);
  return { id, anchors: anchorsOf(node), cost: Number.isFinite(cost) ? cost : null };
}

/** The same matches as the rule's own matcher, tried only where an anchor stands. */
export type AnchoredMatcher = (text: string, anchors: readonly number[]) => ReturnType<Matcher>;

/** So many places are always tried one by one. */
const fewPlaces = 64;
/** Beyond, one in so many bytes: more may be an attack on the backtracking engine, which the rule's own matcher withstands. */
const bytesPerAnchor = 32;
const bytesPerStart = 512;
/** A regex that gives up so soon can be tried anywhere. */
const cheap = 200;

/** Makes the regexes when they are first used: few rules are met in one scan. */
export function anchoredMatcher(compiled: CompiledRule, anchors: Anchors, ready: ReadyRule): AnchoredMatcher {
  const js = ready.rule.regex?.js ?? "(?!)";
  const span = anchors.most - anchors.least + 1;
  const isCheap = compiled.cost !== null && compiled.cost <= cheap;
  const mostOf = (text: string, bytesEach: number): number =>
    isCheap ? Infinity : Math.max(fewPlaces, text.length / bytesEach);
  let here: RegExp | undefined;
  let tail: RegExp | null | undefined;
  return (text, all) => {
    if (all.length > mostOf(text, bytesPerAnchor)) return ready.matches?.(text) ?? [];
    if (tail === undefined) tail = anchors.tail === null ? null : new RegExp(anchors.tail, "y");
    const places = tail === null ? all : all.filter(matchesHere(tail, text));
    if (places.length * span > mostOf(text, bytesPerStart)) return ready.matches?.(text) ?? [];
    here ??= new RegExp(js, "dy");
    return matchesAt(startsBefore(places, anchors), here, text);
  };
}

function matchesHere(pattern: RegExp, text: string): (place: number) => boolean {
  return (place) => {
    pattern.lastIndex = place;
    return pattern.test(text);
  };
}

/** Where a match may begin, in order, each place once. */
function* startsBefore(places: readonly number[], { least, most }: Anchors): Generator<number> {
  let next = 0;
  for (const place of places) for (next = Math.max(next, place - most); next <= place - least; next++) yield next;
}
