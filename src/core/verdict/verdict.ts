import type { Place } from "../change/change.ts";
import { confidenceLevels, type ConfidenceLevel, type Finding } from "../scan/finding.ts";
import type { Coverage } from "./coverage.ts";

/** A finding in a change, with every place at which its blob stands there. */
export type ChangeFinding = { readonly finding: Finding; readonly blob: string; readonly places: readonly Place[] };

/** From which confidence on a finding blocks. */
export type Policy = { readonly blockFrom: ConfidenceLevel };

export const defaultPolicy: Policy = { blockFrom: "medium" };

/**
 * What we say about a change. `block`: something that blocks was found (coverage may be partial as well). `incomplete`:
 * nothing blocking was found, but not everything was read, so it is not a pass. `pass`: everything was read.
 */
export type Verdict = {
  readonly outcome: "pass" | "block" | "incomplete";
  /** The findings at or above the policy's confidence. */
  readonly blocking: readonly ChangeFinding[];
  /** Findings below it: shown, but they do not block. */
  readonly notices: readonly ChangeFinding[];
  readonly coverage: Coverage;
};

/** Judges a change. Never passes on partial coverage. */
export function decideVerdict(findings: readonly ChangeFinding[], coverage: Coverage, policy: Policy): Verdict {
  const blocks = ({ finding }: ChangeFinding): boolean =>
    confidenceLevels.indexOf(finding.confidence.level) >= confidenceLevels.indexOf(policy.blockFrom);
  const blocking = findings.filter(blocks);
  const notices = findings.filter((finding) => !blocks(finding));
  const outcome = blocking.length > 0 ? "block" : coverage.unread.length > 0 ? "incomplete" : "pass";
  return { outcome, blocking, notices, coverage };
}
