import type { FixStep } from "./fix-plan.ts";

/** A setting that somebody made looser again, and that was set back. */
export type Drift = {
  readonly claims: readonly string[];
  /** What setting it back changed. */
  readonly changes: readonly string[];
  /** Who changed it, as GitHub names them; null: GitHub does not say. */
  readonly by: string | null;
  readonly setBackAt: string;
};

/** A step, and who changed what it sets back, if anybody did. */
export type Attributed = { readonly step: FixStep; readonly by: string | null };

/** What is remembered of the fixes of a repository. */
export type FixRecord = {
  readonly plannedAt: string;
  /** The newest plan, carried out or not. */
  readonly steps: readonly FixStep[];
  /** Begun, and not known to have ended. */
  readonly pending: readonly Attributed[];
  /** Claims that were made true, and when they were last. */
  readonly kept: Readonly<Record<string, string>>;
  /** The newest last. */
  readonly drifts: readonly Drift[];
};

const mostDrifts = 20;

/** Whether making these claims true sets something back that was kept so before. */
export const setsBack = (record: FixRecord | null, claims: readonly string[]): boolean =>
  claims.some((claim) => record?.kept[claim] !== undefined);

/** The record once some steps have had their effect, and others are begun. */
export function recordAfter(
  before: FixRecord | null,
  steps: readonly FixStep[],
  { made, pending }: { readonly made: readonly Attributed[]; readonly pending: readonly Attributed[] },
  now: string,
): FixRecord {
  // A pull request makes nothing true by itself.
  const set = made.filter(({ step }) => step.kind !== "pull-request");
  const drifts = set.flatMap(({ step, by }): Drift[] => {
    const claims = step.claims.filter((claim) => setsBack(before, [claim]));
    return claims.length === 0 ? [] : [{ claims, changes: step.changes, by, setBackAt: now }];
  });
  const kept = set.flatMap(({ step }) => step.claims.map((claim) => [claim, now] as const));
  return {
    plannedAt: now,
    steps,
    pending,
    kept: { ...before?.kept, ...Object.fromEntries(kept) },
    drifts: [...(before?.drifts ?? []), ...drifts].slice(-mostDrifts),
  };
}

/** What was begun before and needs no doing any more: it had its effect, though nobody heard of it. */
export const settledOf = (before: FixRecord | null, steps: readonly FixStep[]): readonly Attributed[] =>
  (before?.pending ?? []).filter(
    ({ step }) => !steps.some(({ about, requests }) => about === step.about && requests.length > 0),
  );

/** Events that tell of a change which a kind of step sets back. */
export const eventsAbout = ({ kind, about }: FixStep): readonly string[] =>
  kind === "ruleset"
    ? ["repository_ruleset", "branch_protection_rule", "branch_protection_configuration"]
    : about === "workflow-defaults"
      ? []
      : ["security_and_analysis"];
