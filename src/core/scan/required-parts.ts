import type { Candidate, CandidatePart } from "./candidate.ts";
import type { LineIndex } from "./line-index.ts";
import type { RequiredPart } from "./rules/rule.ts";

/**
 * Completes a candidate with the parts its rule requires: of each, the nearest that is near enough and is not the candidate
 * itself. `null` if one is missing that must not be.
 */
export function withParts(
  candidate: Candidate,
  candidatesOf: (ruleId: string) => readonly Candidate[],
  lines: LineIndex,
): Candidate | null {
  const parts: CandidatePart[] = [];
  for (const required of candidate.rule.required) {
    const near = candidatesOf(required.id).filter((other) => isNear(candidate, other, required, lines));
    const nearest = near.toSorted((a, b) => distance(candidate, a) - distance(candidate, b))[0];
    if (nearest !== undefined) parts.push(nearest);
    else if (!required.optional) return null;
  }
  return { ...candidate, parts };
}

function isNear(candidate: Candidate, other: Candidate, required: RequiredPart, lines: LineIndex): boolean {
  if (other.start < candidate.end && candidate.start < other.end) return false;
  const { withinLines, withinColumns } = required;
  const apart = (measure: (offset: number) => number): number =>
    Math.abs(measure(candidate.start) - measure(other.start));
  return (
    (withinLines === null || apart(lines.lineAt) <= withinLines) &&
    (withinColumns === null || apart(lines.columnAt) <= withinColumns)
  );
}

function distance(a: Candidate, b: Candidate): number {
  return Math.max(b.start - a.end, a.start - b.end);
}
