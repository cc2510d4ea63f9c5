import { sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import type { Incident } from "../../core/incident/incident.ts";
import type { Occurrence } from "../../core/incident/occurrence.ts";
import { checkTimeline, nextEntry, type TimelineHash } from "../../core/incident/timeline.ts";
import type { IncidentStore, NewEntry } from "../../flows/ports/incident-store.ts";
import type { Job } from "../../flows/ports/jobs.ts";
import type { Database } from "./database.ts";
import { textOf, textOfOccurrence, toEntry, toEntryRow, toIncident, toRow } from "./incident-rows.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";
import { plainTexts, type SealedTexts } from "./sealed-texts.ts";

type Connection = Database["kysely"];

/**
 * Incidents with their occurrences and timelines. Who saves one says what it was derived from, so that nobody's change is lost;
 * each entry of a timeline is bound by `hash` to those before it, as it reads; what people wrote in it is stored by `texts`.
 */
export function createIncidentStore(
  { kysely }: Pick<Database, "kysely">,
  queue: Enqueuer<Job>,
  hash: TimelineHash,
  texts: SealedTexts = plainTexts,
): IncidentStore {
  const toKnown = (row: Parameters<typeof toIncident>[0]): Incident => toIncident(row, texts);
  const byFingerprints: IncidentStore["byFingerprints"] = async (installationId, fingerprints) => {
    const rows = await selectIncidents(kysely)
      .where("installation_id", "=", installationId)
      .where("fingerprint", "=", sql<string>`any(${[...fingerprints]})`)
      .orderBy("fingerprint")
      .execute();
    return rows.map(toKnown);
  };
  const timeline: IncidentStore["timeline"] = async (incidentId) => {
    const rows = await kysely
      .selectFrom("incident_events")
      .selectAll()
      .where("incident_id", "=", incidentId)
      .orderBy("seq")
      .execute();
    return rows.map((row) => toEntry(row, texts));
  };
  return {
    byFingerprints,
    byFingerprint: async (installationId, fingerprint) =>
      (await byFingerprints(installationId, [fingerprint]))[0] ?? null,
    byId: async (id) => {
      const row = await selectIncidents(kysely).where("id", "=", id).executeTakeFirst();
      return row ? toKnown(row) : null;
    },
    byIssue: async (repoId, issueNumber) => {
      const row = await selectIncidents(kysely)
        .where("filed_repo_id", "=", repoId)
        .where("issue_number", "=", issueNumber)
        .executeTakeFirst();
      return row ? toKnown(row) : null;
    },
    seenInTexts: async (installationId, repoId, places) => {
      if (places.length === 0) return [];
      const wanted = places.map((place) => toJson({ kind: "text", repoId, place }));
      const rows = await selectIncidents(kysely)
        .where("installation_id", "=", installationId)
        .where(
          "id",
          "in",
          kysely
            .selectFrom("occurrences")
            .select("incident_id")
            .where(sql<boolean>`place ->> 'kind' = 'text'`)
            .where(sql<boolean>`place @> any(${wanted}::text[]::jsonb[])`),
        )
        .orderBy("id")
        .execute();
      return rows.map(toKnown);
    },
    dueBy: async (now, limit) => {
      const rows = await kysely
        .selectFrom("incidents")
        .select(["id", "installation_id"])
        .where("next_at", "<=", sql<Date>`${now}::timestamptz`)
        .orderBy("next_at")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ id: row.id, installationId: row.installation_id }));
    },
    list: async ({ active, limit }) => {
      const all = selectIncidents(kysely).orderBy("opened_at", "desc").orderBy("id").limit(limit);
      const rows = await (active ? all.where("state", "not in", ["closed", "dismissed"]) : all).execute();
      return rows.map(toKnown);
    },
    save: (incident, expected, jobs, entries = []) =>
      kysely.transaction().execute(async (transaction) => {
        const saved = expected
          ? await change(transaction, incident, expected, texts)
          : await add(transaction, incident, texts);
        if (!saved) return "conflict";
        await append(transaction, incident.id, entries, { hash, texts });
        await queue.enqueueIn(transaction, jobs);
        return "saved";
      }),
    timeline,
    checkTimeline: async (incidentId) => {
      const row = await kysely
        .selectFrom("incidents")
        .select(["entries", "head_hash"])
        .where("id", "=", incidentId)
        .executeTakeFirst();
      const checked = checkTimeline(incidentId, await timeline(incidentId), row?.entries ?? 0, hash);
      const asSaid = checked.kind === "broken" || checked.head === (row?.head_hash ?? "");
      return asSaid ? checked : { kind: "broken", seq: checked.entries, problem: "the last entry was replaced" };
    },
  };
}

/** Runs under the lock that `change` took, or on an incident that nobody else can see yet. */
async function append(
  transaction: Connection,
  id: string,
  entries: readonly NewEntry[],
  { hash, texts }: { readonly hash: TimelineHash; readonly texts: SealedTexts },
): Promise<void> {
  if (entries.length === 0) return;
  const row = await transaction
    .selectFrom("incidents")
    .select(["entries as seq", "head_hash as hash"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  let last = row.seq === 0 ? null : row;
  for (const fields of entries) {
    // As it will come back from the database, so that the hash can be made again.
    const event = JSON.parse(toJson(fields.event)) as NewEntry["event"];
    const at = new Date(fields.at).toISOString();
    const entry = nextEntry(id, last, { ...fields, at, event }, hash);
    await transaction
      .insertInto("incident_events")
      .values(toEntryRow(id, entry, texts))
      .execute();
    last = entry;
  }
  await transaction
    .updateTable("incidents")
    .set({ entries: last?.seq ?? 0, head_hash: last?.hash ?? "" })
    .where("id", "=", id)
    .execute();
}

async function add(transaction: Connection, incident: Incident, texts: SealedTexts): Promise<boolean> {
  const { numInsertedOrUpdatedRows: added } = await transaction
    .insertInto("incidents")
    .values(toRow(incident, texts))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added === 0n) return false;
  await addOccurrences(transaction, incident.id, incident.occurrences);
  return true;
}

async function change(
  transaction: Connection,
  incident: Incident,
  expected: Incident,
  texts: SealedTexts,
): Promise<boolean> {
  // The lock first, in a statement of its own: what is read next is then the newest, occurrences included.
  await sql`select from incidents where id = ${incident.id} for update`.execute(transaction);
  const row = await selectIncidents(transaction).where("id", "=", incident.id).executeTakeFirst();
  if (!row || textOf(toIncident(row, texts)) !== textOf(expected)) return false;
  await transaction.updateTable("incidents").set(toRow(incident, texts)).where("id", "=", incident.id).execute();
  const known = new Set(expected.occurrences.map(textOfOccurrence));
  const wanted = new Set(incident.occurrences.map(textOfOccurrence));
  if (expected.occurrences.some((occurrence) => !wanted.has(textOfOccurrence(occurrence)))) {
    await transaction.deleteFrom("occurrences").where("incident_id", "=", incident.id).execute();
    known.clear();
  }
  const fresh = incident.occurrences.filter((occurrence) => !known.has(textOfOccurrence(occurrence)));
  await addOccurrences(transaction, incident.id, fresh);
  return true;
}

/** As one parameter, as PostgreSQL takes no more than 65,535 of them and a secret may stand at more places. */
async function addOccurrences(transaction: Connection, id: string, occurrences: readonly Occurrence[]): Promise<void> {
  const rows = occurrences.map(({ seenAt, ...place }) => ({ place, seenAt }));
  await sql`
    insert into occurrences (incident_id, place, seen_at)
    select ${id}, "place", "seenAt"
    from rows from (
      jsonb_to_recordset(${toJson(rows)}::jsonb) as ("place" jsonb, "seenAt" timestamptz)
    ) with ordinality
    order by ordinality
    on conflict do nothing`.execute(transaction);
}

const selectIncidents = (connection: Connection) =>
  connection
    .selectFrom("incidents")
    .selectAll()
    .select((incident) =>
      jsonArrayFrom(
        incident
          .selectFrom("occurrences")
          .select(["place", "seen_at as seenAt"])
          .whereRef("incident_id", "=", "incidents.id")
          .orderBy("position"),
      ).as("occurrences"),
    );
