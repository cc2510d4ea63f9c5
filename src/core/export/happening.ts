import type { RepoRef } from "../change/change.ts";
import { occurrenceKey, type Occurrence } from "../incident/occurrence.ts";
import type { Incident } from "../incident/incident.ts";
import type { Severity } from "../scan/finding.ts";
import type { Standings } from "../posture/stored-posture.ts";
import type { SuppressionEntry } from "../suppression/suppression.ts";

/** What is told of beside incidents' own timelines. */
export const happeningKinds = ["finding", "dismissal", "posture", "anomaly", "unknown"] as const;
export type HappeningKind = (typeof happeningKinds)[number];

/** Something that happened outside of an incident's timeline, as it is told to systems that watch. Holds no secret, and no words of people. */
export type Happening = {
  /** Names it: the same happening has the same id, however often it is come across. */
  readonly id: string;
  readonly installationId: number;
  readonly at: string;
  readonly kind: HappeningKind;
  /** What of its kind: `seen`, `approved`, `worse`, `burst-by-repository`; what cannot be judged. */
  readonly action: string;
  readonly severity: Severity;
  /** In a few words, for people. */
  readonly message: string;
  readonly repoId: number | null;
  /** `owner/name`, or the owner alone; null: it is about no repository, or its name is not known. */
  readonly repository: string | null;
  /** Who did it, where it was a person. */
  readonly person: string | null;
  readonly drill: boolean;
  readonly evidence: Readonly<Record<string, unknown>>;
};

/** Shortens what may be long; the same text gives the same name. */
export type Digest = (text: string) => string;

/** One happening for each place where a secret was seen that was not known there. */
export function findingsOf(
  incident: Incident,
  before: Incident | null,
  inHistory: boolean,
  digest: Digest,
): readonly Happening[] {
  const known = new Set(before?.occurrences.map(occurrenceKey));
  return incident.occurrences.flatMap((occurrence) => {
    const key = occurrenceKey(occurrence);
    if (known.has(key)) return [];
    known.add(key);
    const { home, title, severity } = incident;
    const repository = occurrence.repoId === home.repoId ? nameOf(home) : null;
    return {
      id: `finding:${digest(`${incident.id} ${key}`)}`,
      installationId: incident.installationId,
      at: occurrence.seenAt,
      kind: "finding",
      action: "seen",
      severity,
      message: `${title} was seen in ${repository ?? `the repository with the id ${occurrence.repoId}`}`,
      repoId: occurrence.repoId,
      repository,
      person: null,
      drill: incident.drill !== null,
      evidence: {
        incident: incident.id,
        rule: incident.ruleId,
        title,
        provider: incident.provider,
        fingerprint: incident.fingerprint,
        mask: incident.mask,
        inHistory,
        ...placeOf(occurrence),
      },
    } as const;
  });
}

function placeOf(occurrence: Occurrence): Readonly<Record<string, unknown>> {
  const { line } = occurrence;
  if (occurrence.kind === "text") return { line, surface: occurrence.place.surface };
  return { line, surface: "code", path: occurrence.path, commit: occurrence.commit };
}

/** What happened to dismissals: asked for, answered, over. What was said with them is not told. */
export function dismissalsOf(installationId: number, entries: readonly SuppressionEntry[]): readonly Happening[] {
  return entries.map(({ id, fingerprint, at, event }) => {
    const person = "by" in event ? event.by : null;
    const terms = "terms" in event ? event.terms : null;
    return {
      id: `dismissal:${id}:${event.kind}`,
      installationId,
      at,
      kind: "dismissal",
      action: event.kind,
      severity: "medium",
      message: `The dismissal of a secret was ${event.kind}${person === null ? "" : ` by ${person}`}`,
      repoId: terms?.repoId ?? null,
      repository: null,
      person,
      drill: false,
      evidence: { dismissal: id, fingerprint, ...(terms && { reason: terms.reason, until: terms.until }) },
    };
  });
}

/** A claim of which more or less is known to be true than before; `subject` names what it is about. */
export function postureChangesOf(
  about: {
    readonly subject: string;
    readonly repo: Pick<RepoRef, "installationId"> & { readonly repoId: number | null; readonly name: string };
    readonly at: string;
  },
  before: { readonly at: string; readonly standings: Standings },
  now: Standings,
  changes: { readonly better: readonly string[]; readonly worse: readonly string[] },
): readonly Happening[] {
  const { repo } = about;
  return (["worse", "better"] as const).flatMap((action) =>
    changes[action].map((claim): Happening => {
      const [from, to] = [before.standings[claim], now[claim]];
      return {
        // Named by what it is a change from: two that look at the same time come across the same one.
        id: `posture:${about.subject}:${claim}:${before.at}`,
        installationId: repo.installationId,
        at: about.at,
        kind: "posture",
        action,
        severity: action === "worse" ? "high" : "low",
        message: `${claim} of ${repo.name} went from ${from} to ${to}`,
        repoId: repo.repoId,
        repository: repo.name,
        person: null,
        drill: false,
        evidence: { claim, from, to },
      };
    }),
  );
}

export const nameOf = ({ owner, name }: Pick<RepoRef, "owner" | "name">): string => `${owner}/${name}`;
