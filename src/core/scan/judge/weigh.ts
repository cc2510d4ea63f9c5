import { levelFrom } from "../confidence.ts";
import type { Reason } from "../finding.ts";
import { basicRule } from "../generic/find-authorization.ts";
import type { NamedValue } from "../generic/named-value.ts";
import { featuresOf, type FileView } from "./features.ts";
import { judgedValue, valueFeatures } from "./value-features.ts";
import { neverCredentials, valueKindOf } from "./value-kind.ts";
import weights from "./weights.json" with { type: "json" };

/** A weight is a change of the log-odds; so many points are shown for one. */
const pointsPerWeight = 10;
const biasName = "bias";
/** Reasons that move the score less than this are told together. */
const small = 3;

const weightOf: ReadonlyMap<string, number> = new Map(Object.entries(weights));

/**
 * Weighs a named value: each thing that can be said about it has a weight that was learned (`scripts/train-weights.ts`). The points add up to the
 * score; even odds are where medium begins.
 */
export function weigh(view: FileView, named: NamedValue): readonly Reason[] {
  const told: Reason[] = [];
  let rest = levelFrom.medium + (weightOf.get(biasName) ?? 0) * pointsPerWeight;
  for (const what of featuresOf(view, named)) {
    const points = (weightOf.get(what) ?? 0) * pointsPerWeight;
    if (Math.abs(points) >= small) told.push({ what, points: Math.round(points) });
    else rest += points;
  }
  const rounded = Math.round(rest);
  return [
    { what: `${named.ruleId}, and small things`, points: rounded },
    ...told.sort((a, b) => Math.abs(b.points) - Math.abs(a.points)),
  ];
}

/** What the value alone adds to the log-odds below which no name and no place make it a finding. */
const hopelessBelow = -5;
const longestRemembered = 200;

/**
 * Whether the value alone rules a finding out. Most of what stands after names is code, constants and words, and the same ones again and
 * again: answers for short values are remembered while one text is looked at.
 */
export function hopelessTest(text: string): (named: NamedValue) => boolean {
  const known = new Map<string, boolean>();
  return (named) => {
    const value = text.slice(named.start, named.end);
    const key = `${named.quoting === "none"} ${named.ruleId === basicRule} ${value}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const kind = valueKindOf(judgedValue(value, named), named.quoting);
    const answer = (kind !== null && neverCredentials.has(kind)) || sumOf(valueFeatures(value, named)) < hopelessBelow;
    if (value.length <= longestRemembered && known.size < 50_000) known.set(key, answer);
    return answer;
  };
}

function sumOf(features: readonly string[]): number {
  return features.reduce((sum, what) => sum + (weightOf.get(what) ?? 0), 0);
}
