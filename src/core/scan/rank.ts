import type { Candidate } from "./candidate.ts";
import { confidenceLevels, type Confidence } from "./finding.ts";
import { genericFamily } from "./rules/rule.ts";

/** A candidate and what is thought of it. */
export type Judged = { readonly candidate: Candidate; readonly confidence: Confidence };

const levelOf = ({ confidence }: Judged): number => confidenceLevels.indexOf(confidence.level);
const lengthOf = ({ candidate }: Judged): number => candidate.end - candidate.start;

/** A provider's own rule, of which there is no serious doubt: it knows what the credential opens and how it is rotated. */
const isProvidersOwn = (judged: Judged): boolean =>
  judged.candidate.rule.family !== genericFamily && levelOf(judged) >= confidenceLevels.indexOf("medium");

/**
 * Sorts the better of two findings first: a provider's own rule of at least medium confidence (also one with a wrong checksum, however sure a
 * generic one is), then confidence level, specificity, score, length, and at last the rule's id.
 */
export function byRank(a: Judged, b: Judged): number {
  return (
    Number(isProvidersOwn(b)) - Number(isProvidersOwn(a)) ||
    levelOf(b) - levelOf(a) ||
    b.candidate.rule.specificity - a.candidate.rule.specificity ||
    b.confidence.score - a.confidence.score ||
    lengthOf(b) - lengthOf(a) ||
    (a.candidate.rule.id < b.candidate.rule.id ? -1 : Number(a.candidate.rule.id > b.candidate.rule.id))
  );
}

/** Of findings in one text whose spans overlap, keeps the best. Findings about the file itself (empty spans) overlap nothing. */
export function bestOfOverlapping(found: readonly Judged[]): readonly Judged[] {
  const byPlace = found.toSorted((a, b) => a.candidate.start - b.candidate.start || byRank(a, b));
  const kept: Judged[] = [];
  let group: Judged[] = [];
  let reach = -1;
  for (const judged of byPlace) {
    if (judged.candidate.start >= reach) {
      kept.push(...bestOfGroup(group));
      group = [];
    }
    group.push(judged);
    reach = Math.max(reach, judged.candidate.end);
  }
  return [...kept, ...bestOfGroup(group)];
}

/** Takes the best first and drops what overlaps it, then the next. */
function bestOfGroup(found: readonly Judged[]): readonly Judged[] {
  if (found.length < 2) return found;
  const first = found.reduce((least, { candidate }) => Math.min(least, candidate.start), Infinity);
  const group = withoutOpen(found, first);
  // Which bytes are taken: with a list of spans, a long line full of findings would take quadratic time.
  const taken = new Uint8Array(group.reduce((last, { candidate }) => Math.max(last, candidate.end), 0) - first);
  return group.toSorted(byRank).filter(({ candidate }) => {
    const start = candidate.start - first;
    const end = candidate.end - first;
    if (taken.subarray(start, end).includes(1)) return false;
    taken.fill(1, start, end);
    return true;
  });
}

/** What a rule knows to be public by design is no secret to a less specific one (a name, a common format). What is longer may be. */
function withoutOpen(group: readonly Judged[], first: number): readonly Judged[] {
  const open = group.filter(({ candidate }) => candidate.rule.publicByDesign !== null);
  if (open.length === 0) return group;
  const specificity = new Int32Array(open.reduce((last, { candidate }) => Math.max(last, candidate.end), 0) - first);
  for (const { candidate } of open.toSorted((a, b) => a.candidate.rule.specificity - b.candidate.rule.specificity))
    specificity.fill(candidate.rule.specificity, candidate.start - first, candidate.end - first);
  return group.filter(
    ({ candidate: { rule, start, end } }) =>
      end - first > specificity.length ||
      specificity.subarray(start - first, end - first).some((open) => open <= rule.specificity),
  );
}
