import { levelFrom } from "../confidence.ts";
import type { Reason } from "../finding.ts";
import type { NamedValue } from "../generic/named-value.ts";
import { featuresOf, type FileView } from "./features.ts";
import { nameFeatures } from "./name-features.ts";
import { peopleWeights } from "./people-features.ts";
import { neverCredentials } from "./value-kind.ts";
import weights from "./weights.json" with { type: "json" };

/** A weight is a change of the log-odds; so many points are shown for one. */
const pointsPerWeight = 10;
const biasName = "bias";
/** Reasons that move the score less than this are told together. */
const small = 3;

const weightOf: ReadonlyMap<string, number> = new Map([...Object.entries(weights), ...peopleWeights]);

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

/** What the value alone adds to the log-odds below which no name and no place make it a finding; */
const hopelessBelow = -5;
/** and what it adds together with its name. Of what was labelled as credentials and found, nothing lies lower. */
const hopelessNamedBelow = -4.8;

/** Whether the value alone, or with its name, rules a finding out. Most of what stands after names is code, constants and words. */
export function isHopeless({ text, ofValue }: FileView, named: NamedValue): boolean {
  const { kind, features: look } = ofValue(named);
  if (kind !== null && neverCredentials.has(kind)) return true;
  const features = look();
  const ofValueAlone = sumOf(features);
  if (ofValueAlone < hopelessBelow) return true;
  const ofName = nameFeatures(text.slice(named.start, named.end), named);
  const looks = features.find((feature) => feature.startsWith("looks like ")) ?? "";
  return ofValueAlone + sumOf(ofName) + (weightOf.get(`${ofName[0] ?? ""} + ${looks}`) ?? 0) < hopelessNamedBelow;
}

function sumOf(features: readonly string[]): number {
  return features.reduce((sum, what) => sum + (weightOf.get(what) ?? 0), 0);
}
