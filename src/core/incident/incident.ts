import type { RepoRef } from "../change/change.ts";
import type { Finding, Severity } from "../scan/finding.ts";
import { occurrenceKey, type Occurrence } from "./occurrence.ts";

/** One secret that we follow until it is dead. There is one incident per fingerprint and installation. */
export type Incident = {
  readonly id: string;
  readonly installationId: number;
  readonly fingerprint: string;
  readonly ruleId: string;
  readonly provider: string;
  readonly title: string;
  readonly severity: Severity;
  readonly mask: string;
  readonly state: "open" | "closed";
  readonly openedAt: string;
  /** The repository in which the issue is filed: where the secret was seen first. */
  readonly home: RepoRef;
  readonly issueNumber: number | null;
  readonly occurrences: readonly Occurrence[];
};

/** A new incident of a finding; `occurrences` must not be empty. It opens when it was first seen. */
export function openIncident(from: {
  readonly id: string;
  readonly home: RepoRef;
  readonly finding: Finding;
  readonly occurrences: readonly Occurrence[];
}): Incident {
  const { finding } = from;
  const empty: Incident = {
    id: from.id,
    installationId: from.home.installationId,
    fingerprint: finding.fingerprint,
    ruleId: finding.ruleId,
    provider: finding.provider,
    title: finding.title,
    severity: finding.severity,
    mask: finding.mask,
    state: "open",
    openedAt: from.occurrences.map(({ seenAt }) => seenAt).toSorted()[0] ?? "",
    home: from.home,
    issueNumber: null,
    occurrences: [],
  };
  return withOccurrences(empty, from.occurrences);
}

/** Adds places to an incident; one that is already known is not added again. A closed incident reopens when a new place is added. */
export function withOccurrences(incident: Incident, seen: readonly Occurrence[]): Incident {
  const known = new Set(incident.occurrences.map(occurrenceKey));
  const fresh = new Map(seen.filter((o) => !known.has(occurrenceKey(o))).map((o) => [occurrenceKey(o), o] as const));
  if (fresh.size === 0) return incident;
  return { ...incident, occurrences: [...incident.occurrences, ...fresh.values()], state: "open" };
}
