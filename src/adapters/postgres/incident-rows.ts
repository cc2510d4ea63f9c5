import type { Selectable } from "kysely";
import type { RepoRef } from "../../core/change/change.ts";
import type { Incident, Occurrence } from "../../core/incident/incident.ts";
import { storable, toJson } from "./json.ts";
import type { Tables } from "./tables.ts";

/** A row of `incidents` with its occurrences as JSON, oldest first. */
type Row = Selectable<Tables["incidents"]> & { readonly occurrences: readonly unknown[] };

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
  occurrences: (row.occurrences as Occurrence[]).map((o) => ({ ...o, seenAt: new Date(o.seenAt).toISOString() })),
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
export const textOfOccurrence = ({ repoId, commit, blob, path, line, seenAt }: Occurrence): string =>
  JSON.stringify([repoId, commit, blob, storable(path), line, new Date(seenAt).toISOString()]);
