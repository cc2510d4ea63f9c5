import type { Candidate } from "./candidate.ts";
import { confidenceLevels, type Confidence } from "./finding.ts";

/** A candidate and what is thought of it. */
export type Judged = { readonly candidate: Candidate; readonly confidence: Confidence };

/** Sorts the better of two findings first: confidence level, specificity, score, length, and at last the rule's id. */
export function byRank(a: Judged, b: Judged): number {
  const level = (judged: Judged): number => confidenceLevels.indexOf(judged.confidence.level);
  const length = (judged: Judged): number => judged.candidate.end - judged.candidate.start;
  return (
    level(b) - level(a) ||
    b.candidate.rule.specificity - a.candidate.rule.specificity ||
    b.confidence.score - a.confidence.score ||
    length(b) - length(a) ||
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
function bestOfGroup(group: readonly Judged[]): readonly Judged[] {
  if (group.length < 2) return group;
  const first = group.reduce((least, { candidate }) => Math.min(least, candidate.start), Infinity);
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
