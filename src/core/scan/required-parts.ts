import type { Candidate, CandidatePart } from "./candidate.ts";
import type { LineIndex } from "./line-index.ts";
import type { RequiredPart } from "./rules/rule.ts";

// Of thousands of candidates in one file only the nearest are looked at, on either side.
const neighbors = 32;

/**
 * Completes a candidate with the parts its rule requires: of each, the nearest that is near enough and does not overlap the
 * candidate. `null` if one is missing that must not be. `candidatesOf` gives the candidates of a rule in order of offset.
 */
export function withParts(
  candidate: Candidate,
  candidatesOf: (ruleId: string) => readonly Candidate[],
  lines: LineIndex,
): Candidate | null {
  const parts: CandidatePart[] = [];
  for (const required of candidate.rule.required) {
    const near = around(candidate, candidatesOf(required.id)).filter((other) =>
      isNear(candidate, other, required, lines),
    );
    const nearest = near.toSorted((a, b) => distance(candidate, a) - distance(candidate, b))[0];
    if (nearest !== undefined) parts.push(nearest);
    else if (!required.optional) return null;
  }
  return { ...candidate, parts };
}

/** The neighbors of a candidate among others, which are in order of offset. */
function around(candidate: Candidate, others: readonly Candidate[]): readonly Candidate[] {
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((others[middle]?.start ?? 0) < candidate.start) low = middle + 1;
    else high = middle;
  }
  return others.slice(Math.max(0, low - neighbors), low + neighbors);
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
