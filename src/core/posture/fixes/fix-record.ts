import type { FixStep } from "./fix-plan.ts";

/** A setting that somebody made looser again, and that was set back. */
export type Drift = {
  readonly claims: readonly string[];
  /** What setting it back changed. */
  readonly changes: readonly string[];
  /** Who changed it, as GitHub names them; null: not known. */
  readonly by: string | null;
  /** When it was last seen as it is kept, and when it was seen to be otherwise. */
  readonly between?: Span;
  readonly setBackAt: string;
};

export type Span = { readonly from: string; readonly to: string };

/** A step, who changed what it sets back, if anybody did, and within which time. */
export type Attributed = { readonly step: FixStep; readonly by: string | null; readonly between?: Span };

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
  const drifts = set.flatMap(({ step, by, between }): Drift[] => {
    const claims = step.claims.filter((claim) => setsBack(before, [claim]));
    return claims.length === 0
      ? []
      : [{ claims, changes: step.changes, by, ...(between && { between }), setBackAt: now }];
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

type Traces = { readonly events: readonly string[]; readonly audited: readonly string[] };

/** https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization */
const traces: Readonly<Record<string, Traces>> = {
  ruleset: {
    events: ["repository_ruleset", "branch_protection_rule", "branch_protection_configuration"],
    audited: ["repository_ruleset.update", "repository_ruleset.destroy"],
  },
  "workflow-defaults": {
    events: [],
    audited: ["repo.set_default_workflow_permissions", "repo.set_workflow_permission_can_approve_pr"],
  },
  "security-features": {
    events: ["security_and_analysis"],
    audited: ["repository_secret_scanning.disable", "repository_secret_scanning_push_protection.disable"],
  },
};
const none: Traces = { events: [], audited: [] };

/** What a change leaves that a step sets back: events of GitHub, and actions in the audit log. */
export const tracesOf = ({ about }: FixStep): Traces => traces[about] ?? none;

/** When the claims of a step were last known to be true: `held` is what was seen, `kept` what Keyward set. */
export function lastTrue(
  record: FixRecord | null,
  claims: readonly string[],
  held: Readonly<Record<string, string>>,
): string | null {
  const times = claims.flatMap((claim) => [record?.kept[claim], held[claim]]).filter((time) => time !== undefined);
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}
