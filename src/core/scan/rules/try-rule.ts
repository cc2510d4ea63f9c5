import { type ConfidenceLevel, confidenceLevels } from "../finding.ts";
import { findCandidates } from "../find-candidates.ts";
import { toByteText } from "../byte-text.ts";
import { type ReadyRule, readySet } from "../ready-rule.ts";
import type { Scanner } from "../scanner.ts";
import { fillShape } from "../shape/fill-shape.ts";
import { ShapeError } from "../shape/parse-shape.ts";
import type { Rule, RuleSet } from "./rule.ts";

/** An example that the rule does not find alone, or a near miss that a rule falls for. Shapes are no secrets. */
export type TrialFailure = { readonly shape: string; readonly message: string };

const seeds = [1, 2, 3];
const place = "src/example.txt";

/**
 * Tries rules on their own examples and near misses, among all the rules of the set: an example is to be found by its own rule alone
 * (at `medium` or more, unless its format is weak or it is public by design), a near miss by no provider's rule.
 */
export function createRuleTrial(ruleSet: RuleSet, scanner: Scanner): (rule: Rule) => readonly TrialFailure[] {
  const set = readySet(ruleSet);
  return (rule) => {
    const ready = set.byId.get(rule.id);
    if (ready === undefined) return [];
    return [
      ...rule.examples.flatMap((shape) => tried(shape, (text) => exampleProblem(ready, text, scanner))),
      ...rule.nearMisses.flatMap((shape) => tried(shape, (text) => nearMissProblem(ready, text, scanner))),
    ];
  };
}

/** The first problem with any of the fillings of a shape. */
function tried(shape: string, problemWith: (text: string) => string | null): readonly TrialFailure[] {
  try {
    const message = seeds.map((seed) => problemWith(fillShape(shape, seed))).find((problem) => problem !== null);
    return message === undefined ? [] : [{ shape, message }];
  } catch (error) {
    if (error instanceof ShapeError) return [{ shape, message: error.message }];
    throw error;
  }
}

function exampleProblem(ready: ReadyRule, text: string, scanner: Scanner): string | null {
  const { rule } = ready;
  const ids = rule.skipReport ? matchedBy(ready, text) : foundIn(text, isToldToAll(rule) ? "medium" : "low", scanner);
  if (ids.length === 1 && ids[0] === rule.id) return null;
  return `expected one finding by this rule, found ${ids.length === 0 ? "none" : ids.join(", ")}`;
}

/** Whether what a rule finds is reported without being asked for. */
const isToldToAll = ({ confidence, publicByDesign }: Rule): boolean =>
  confidence !== "weak" && (publicByDesign === null || publicByDesign.onlyIf !== null);

function nearMissProblem(ready: ReadyRule, text: string, scanner: Scanner): string | null {
  const own = ready.rule.skipReport ? matchedBy(ready, text) : [];
  const ids = [...own, ...foundIn(text, "medium", scanner, "Generic")];
  return ids.length === 0 ? null : `expected nothing to be found, found ${ids.join(", ")}`;
}

/** A part is never reported alone, so it is looked for directly. */
function matchedBy(ready: ReadyRule, text: string): readonly string[] {
  return findCandidates(ready, { path: place, text: toByteText(text), via: [] }).map(({ rule }) => rule.id);
}

function foundIn(text: string, least: ConfidenceLevel, scanner: Scanner, unlessOf?: string): readonly string[] {
  const bytes = Uint8Array.from(toByteText(text), (byte) => byte.charCodeAt(0));
  const enough = (level: ConfidenceLevel): boolean =>
    confidenceLevels.indexOf(level) >= confidenceLevels.indexOf(least);
  return scanner
    .scan({ path: place, bytes })
    .matches.filter(({ finding }) => enough(finding.confidence.level) && finding.provider !== unlessOf)
    .map(({ finding }) => finding.ruleId);
}
