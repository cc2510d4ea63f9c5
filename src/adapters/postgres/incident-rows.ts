import type { Selectable } from "kysely";
import type { RepoRef } from "../../core/change/change.ts";
import type { Incident } from "../../core/incident/incident.ts";
import type { Occurrence } from "../../core/incident/occurrence.ts";
import { storable, toJson } from "./json.ts";
import type { Tables } from "./tables.ts";

/** A row of `incidents` with its occurrences as JSON, oldest first. */
type Row = Selectable<Tables["incidents"]> & { readonly occurrences: readonly unknown[] };

type StoredOccurrence = { readonly place: Omit<Occurrence, "seenAt">; readonly seenAt: string };

const toOccurrence = ({ place, seenAt }: StoredOccurrence): Occurrence =>
  ({ ...place, seenAt: new Date(seenAt).toISOString() }) as Occurrence;

/** The incident of a row; times are ISO 8601 in UTC with milliseconds. */
export const toIncident = (row: Row): Incident => ({
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
  issueNumber: row.issue_number,
  occurrences: (row.occurrences as StoredOccurrence[]).map(toOccurrence),
});

/** The row of an incident, without its occurrences. */
export const toRow = (incident: Incident) => ({
  id: incident.id,
  installation_id: incident.installationId,
  fingerprint: incident.fingerprint,
  rule_id: incident.ruleId,
  provider: incident.provider,
  title: storable(incident.title),
  severity: incident.severity,
  mask: storable(incident.mask),
  state: incident.state,
  opened_at: incident.openedAt,
  home: toJson(incident.home),
  issue_number: incident.issueNumber,
});

/** Everything an incident says, as text that is the same for the same incident, whoever wrote the object. */
export const textOf = (incident: Incident): string =>
  JSON.stringify([
    ...Object.values({ ...toRow(incident), opened_at: new Date(incident.openedAt).toISOString(), home: "" }),
    Object.entries(incident.home).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    incident.occurrences.map(textOfOccurrence),
  ]);

/** The same for an occurrence. */
export const textOfOccurrence = (occurrence: Occurrence): string =>
  toJson({ ...sorted(occurrence), seenAt: new Date(occurrence.seenAt).toISOString() });

/** With its fields, and those of its fields, in alphabetical order: JSON that went through the database has another. */
function sorted(value: object): object {
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, typeof inner === "object" && inner !== null ? sorted(inner as object) : inner]),
  );
}
