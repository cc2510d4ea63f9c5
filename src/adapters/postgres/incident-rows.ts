import type { Selectable } from "kysely";
import type { RepoRef } from "../../core/change/change.ts";
import { nextMoment } from "../../core/incident/due-events.ts";
import type { Incident } from "../../core/incident/incident.ts";
import type { Occurrence } from "../../core/incident/occurrence.ts";
import type { TimelineEntry } from "../../core/incident/timeline.ts";
import { storable, toJson } from "./json.ts";
import { plainTexts, type SealedTexts } from "./sealed-texts.ts";
import type { Tables } from "./tables.ts";

/** A row of `incidents` with its occurrences as JSON, oldest first. */
type Row = Selectable<Tables["incidents"]> & { readonly occurrences: readonly unknown[] };

/** What has a column of its own. */
type InColumns =
  | "id"
  | "installationId"
  | "fingerprint"
  | "ruleId"
  | "provider"
  | "title"
  | "severity"
  | "mask"
  | "state"
  | "openedAt"
  | "home"
  | "occurrences";

type StoredOccurrence = { readonly place: Omit<Occurrence, "seenAt">; readonly seenAt: string };

const toOccurrence = ({ place, seenAt }: StoredOccurrence): Occurrence =>
  ({ ...place, seenAt: new Date(seenAt).toISOString() }) as Occurrence;

/** The incident of a row; times are ISO 8601 in UTC with milliseconds. */
export const toIncident = (row: Row, texts: SealedTexts): Incident => ({
  ...(texts.open(row.details, row.id) as Omit<Incident, InColumns>),
  id: row.id,
  installationId: row.installation_id,
  fingerprint: row.fingerprint,
  ruleId: row.rule_id,
  provider: row.provider,
  title: row.title,
  severity: row.severity as Incident["severity"],
  mask: row.mask,
  state: row.state as Incident["state"],
  openedAt: row.opened_at.toISOString(),
  home: row.home as RepoRef,
  occurrences: (row.occurrences as StoredOccurrence[]).map(toOccurrence),
});

/** The row of an incident, without its occurrences. */
export const toRow = (incident: Incident, texts: SealedTexts) => {
  const { id, installationId, fingerprint, ruleId, provider, title, severity, mask, state, openedAt, home, ...rest } =
    incident;
  const { occurrences: _, ...details } = rest;
  const { filing } = incident;
  return {
    id,
    installation_id: installationId,
    fingerprint,
    rule_id: ruleId,
    provider,
    title: storable(title),
    severity,
    mask: storable(mask),
    state,
    opened_at: openedAt,
    home: toJson(home),
    issue_number: filing?.kind === "issue" ? filing.number : null,
    filed_repo_id: filing?.kind === "issue" ? filing.repo.repoId : null,
    details: toJson(texts.seal(sorted(details), id)),
    next_at: nextMoment(incident),
  };
};

/** Everything an incident says, as text that is the same for the same incident, whoever wrote the object. */
export const textOf = (incident: Incident): string =>
  toJson([
    {
      ...toRow(incident, plainTexts),
      opened_at: new Date(incident.openedAt).toISOString(),
      home: sorted(incident.home),
    },
    incident.occurrences.map(textOfOccurrence),
  ]);

/** The same for an occurrence. */
export const textOfOccurrence = (occurrence: Occurrence): string =>
  toJson({ ...sorted(occurrence), seenAt: new Date(occurrence.seenAt).toISOString() });

/** With its fields, and those of its fields, in alphabetical order: JSON that went through the database has another. */
function sorted<T extends object>(value: T): T {
  if (Array.isArray(value)) return value.map(sortedValue) as unknown as T;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedValue(inner)])) as T;
}

const sortedValue = (value: unknown): unknown => (typeof value === "object" && value !== null ? sorted(value) : value);

/** An entry of the timeline as it was written. */
export const toEntry = (row: Selectable<Tables["incident_events"]>, texts: SealedTexts): TimelineEntry => ({
  seq: row.seq,
  at: row.at.toISOString(),
  event: texts.open(row.event, row.incident_id) as TimelineEntry["event"],
  state: row.state as TimelineEntry["state"],
  source: row.source,
  hash: row.hash,
});

/** The row of an entry. */
export const toEntryRow = (
  incidentId: string,
  { seq, at, event, state, source, hash }: TimelineEntry,
  texts: SealedTexts,
) => ({
  incident_id: incidentId,
  seq,
  at,
  kind: event.kind,
  event: toJson(texts.seal(event, incidentId)),
  state,
  source,
  hash,
});
