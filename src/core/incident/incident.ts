import type { RepoRef } from "../change/change.ts";
import type { Severity } from "../scan/finding.ts";

/** One place where the secret of an incident was seen. */
export type Occurrence = {
  readonly repoId: number;
  readonly commit: string;
  readonly blob: string;
  readonly path: string;
  readonly line: number;
  readonly seenAt: string;
};

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

/** Adds places to an incident; one that is already known is not added again. A closed incident reopens. */
export function withOccurrences(incident: Incident, seen: readonly Occurrence[]): Incident {
  const key = (o: Occurrence): string => JSON.stringify([o.repoId, o.commit, o.path, o.line]);
  const known = new Map([...incident.occurrences, ...seen].toReversed().map((o) => [key(o), o] as const));
  const occurrences = [...known.values()].toSorted((a, b) =>
    a.seenAt < b.seenAt ? -1 : a.seenAt > b.seenAt ? 1 : key(a) < key(b) ? -1 : 1,
  );
  const grew = occurrences.length > incident.occurrences.length;
  return { ...incident, occurrences, state: grew ? "open" : incident.state };
}
