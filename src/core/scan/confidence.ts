import type { Candidate } from "./candidate.ts";
import type { Confidence, ConfidenceLevel, Reason } from "./finding.ts";

/** One kind of evidence: looks at a candidate and says what it saw, if anything, and what that is worth. Pure. */
export type EvidenceSource = (candidate: Candidate) => readonly Reason[];

/** The least score of each level. */
export const levelFrom = { high: 75, medium: 50, low: 0 } as const;

/** Adds up what the detector of a candidate or, if it has none, all sources say. The score stays between 0 and 100. */
export function judge(candidate: Candidate, sources: readonly EvidenceSource[]): Confidence {
  const reasons = candidate.reasons ?? sources.flatMap((source) => source(candidate));
  const sum = reasons.reduce((total, reason) => total + reason.points, 0);
  const score = Math.round(Math.min(100, Math.max(0, sum)));
  return { level: levelOf(score), score, reasons };
}

function levelOf(score: number): ConfidenceLevel {
  if (score >= levelFrom.high) return "high";
  return score >= levelFrom.medium ? "medium" : "low";
}
