import { levelFrom } from "../confidence.ts";
import type { Reason } from "../finding.ts";
import { assignmentRule } from "../generic/find-assignments.ts";
import type { NamedValue } from "../generic/named-value.ts";
import { featuresOf, type FileView } from "./features.ts";
import { nameFeatures } from "./name-features.ts";
import { peopleWeights, possiblePeopleFeatures } from "./people-features.ts";
import { plainPlaceFeatures } from "./place-features.ts";
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
  const view = ofValue(named);
  if (view.kind !== null && neverCredentials.has(view.kind)) return true;
  const ofValueAlone = (view.weight ??= sumOf(view.features()));
  if (ofValueAlone < hopelessBelow) return true;
  const ofName = nameFeatures(text.slice(named.start, named.end), named);
  const weight = ofValueAlone + sumOf(ofName) + weightOfPair(ofName[0] ?? "", looksOf(view.features()));
  return weight < hopelessNamedBelow;
}

const looksOf = (features: readonly string[]): string =>
  features.find((feature) => feature.startsWith("looks like ")) ?? "";

function sumOf(features: readonly string[]): number {
  let sum = 0;
  for (const what of features) sum += weightOf.get(what) ?? 0;
  return sum;
}

const between = " + ";

/** The weights of two things together, by the one and the other: nobody need put the names together. */
const weightOfPairs: ReadonlyMap<string, ReadonlyMap<string, number>> = pairsIn(weightOf);

function pairsIn(all: ReadonlyMap<string, number>): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const pairs = new Map<string, Map<string, number>>();
  for (const [what, weight] of all) {
    const at = what.indexOf(between);
    if (at < 0) continue;
    const first = what.slice(0, at);
    const others = pairs.get(first) ?? new Map<string, number>();
    pairs.set(first, others.set(what.slice(at + between.length), weight));
  }
  return pairs;
}

const weightOfPair = (first: string, second: string): number => weightOfPairs.get(first)?.get(second) ?? 0;

/** The most that features can add which take a look at the text: of the line, of what comes behind, of a call around the value. */
const mostOfText = [...weightOf].filter(([what, weight]) => weight > 0 && isOfText(what)).map(([, weight]) => weight);

function isOfText(what: string): boolean {
  if (what.includes(between)) return false;
  return (
    /^(?:line|after): /.test(what) ||
    (what.startsWith("place: ") && !/^place: (?:found by|written with|bare in|quoted in|quotes) /.test(what))
  );
}

/** What stands for a file that is nothing special: it may yet be one in which the value stands again and again. */
const filesOfAnyKind = [
  "file: ordinary",
  "file: the same value three times or more",
  "file: the same value six times or more",
];

/**
 * Whether the score of an assignment may come to so many points: `false` is the proof that it does not. What is said about value, name and file is counted; of what
 * takes a look at the text around it, which most do not need, the most that it could say.
 */
export function mayScore(view: FileView, named: NamedValue, least: number): boolean {
  if (named.ruleId !== assignmentRule) return true;
  const value = view.text.slice(named.start, named.end);
  const ofValue = view.ofValue(named).features();
  const ofName = nameFeatures(value, named);
  const ofPlace = plainPlaceFeatures(named, view.kind());
  const [found = "", written = "", language = ""] = ofPlace;
  const looks = looksOf(ofValue);
  const file = ofPlace.find((feature) => feature.startsWith("file: "));
  const hidden = ofValue.find((feature) => /^value: (?:base64 of|a word with)/.test(feature));
  const sum = new Sum();
  for (const features of [ofName, ofValue, ofPlace]) for (const what of features) sum.add(weightOf.get(what) ?? 0);
  sum.add(weightOfPair(ofName[0] ?? "", looks));
  sum.add(weightOfPair(found, looks));
  sum.add(weightOfPair(ofName[0] ?? "", written));
  sum.add(weightOfPair(language, looks));
  sum.add(weightOfPair(language, written));
  if (hidden !== undefined) sum.add(weightOfPair(hidden, found));
  sum.add(Math.max(...(file === undefined ? filesOfAnyKind : [file]).map((one) => weightOfPair(one, looks))));
  if (sum.most() + pointsOfText >= least) return true;
  const people = possiblePeopleFeatures(value, named, [...ofName, ...ofValue, ...ofPlace]);
  for (const what of people) sum.add(Math.max(0, weightOf.get(what) ?? 0));
  return sum.most() + pointsOfText >= least;
}

/** Points, as `weigh` adds them up. */
class Sum {
  #told = 0;
  #rest = levelFrom.medium + (weightOf.get(biasName) ?? 0) * pointsPerWeight;

  add(weight: number): void {
    const points = weight * pointsPerWeight;
    if (Math.abs(points) >= small) this.#told += Math.round(points);
    else this.#rest += points;
  }

  /** However small things add up. */
  most(): number {
    return this.#told + Math.ceil(this.#rest);
  }
}

/** Rounded one by one, or together. */
const pointsOfText = mostOfText.reduce((sum, weight) => sum + Math.ceil(weight * pointsPerWeight), 0);
