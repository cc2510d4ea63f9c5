import { sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import type { Incident } from "../../core/incident/incident.ts";
import type { Occurrence } from "../../core/incident/occurrence.ts";
import type { IncidentStore } from "../../flows/ports/incident-store.ts";
import type { Job } from "../../flows/ports/jobs.ts";
import type { Database } from "./database.ts";
import { textOf, textOfOccurrence, toIncident, toRow } from "./incident-rows.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";

type Connection = Database["kysely"];

/** Incidents with their occurrences. Who saves one says what it was derived from, so that nobody's change is lost. */
export function createIncidentStore({ kysely }: Pick<Database, "kysely">, queue: Enqueuer<Job>): IncidentStore {
  const byFingerprints: IncidentStore["byFingerprints"] = async (installationId, fingerprints) => {
    const rows = await selectIncidents(kysely)
      .where("installation_id", "=", installationId)
      .where("fingerprint", "=", sql<string>`any(${[...fingerprints]})`)
      .orderBy("fingerprint")
      .execute();
    return rows.map(toIncident);
  };
  return {
    byFingerprints,
    byFingerprint: async (installationId, fingerprint) =>
      (await byFingerprints(installationId, [fingerprint]))[0] ?? null,
    byId: async (id) => {
      const row = await selectIncidents(kysely).where("id", "=", id).executeTakeFirst();
      return row ? toIncident(row) : null;
    },
    save: (incident, expected, jobs) =>
      kysely.transaction().execute(async (transaction) => {
        const saved = expected ? await change(transaction, incident, expected) : await add(transaction, incident);
        if (!saved) return "conflict";
        await queue.enqueueIn(transaction, jobs);
        return "saved";
      }),
  };
}

async function add(transaction: Connection, incident: Incident): Promise<boolean> {
  const { numInsertedOrUpdatedRows: added } = await transaction
    .insertInto("incidents")
    .values(toRow(incident))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added === 0n) return false;
  await addOccurrences(transaction, incident.id, incident.occurrences);
  return true;
}

async function change(transaction: Connection, incident: Incident, expected: Incident): Promise<boolean> {
  // The lock first, in a statement of its own: what is read next is then the newest, occurrences included.
  await sql`select from incidents where id = ${incident.id} for update`.execute(transaction);
  const row = await selectIncidents(transaction).where("id", "=", incident.id).executeTakeFirst();
  if (!row || textOf(toIncident(row)) !== textOf(expected)) return false;
  await transaction.updateTable("incidents").set(toRow(incident)).where("id", "=", incident.id).execute();
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
