import { sql } from "kysely";
import * as z from "zod";
import type { SinkBacklog } from "../../flows/ports/sinks.ts";
import type { Database } from "./database.ts";

const incidentRow = z.object({ incidentId: z.string(), installationId: z.coerce.number() });
const installationRow = z.object({ installationId: z.coerce.number() });

/** A sink that was taken out of the configuration by mistake misses nothing within this time. */
const daysUntilForgotten = 30;

/** Tells from timelines, and from what was noted beside them, what sinks are still to be told. */
export function createSinkBacklog({ kysely }: Pick<Database, "kysely">): SinkBacklog {
  return {
    configured: (sinks) =>
      kysely.transaction().execute(async (transaction) => {
        await sql`
          insert into known_sinks (name, since) select name, now() from unnest(${sinks}::text[]) as name order by name
          on conflict (name) do update set gone_since = null where known_sinks.gone_since is not null`.execute(
          transaction,
        );
        await sql`
          update known_sinks set gone_since = now() where gone_since is null and name <> all(${sinks}::text[])`.execute(
          transaction,
        );
        const { rows } = await sql<{ name: string }>`
          delete from known_sinks where gone_since < now() - make_interval(days => ${daysUntilForgotten})
          returning name`.execute(transaction);
        const gone = rows.map(({ name }) => name);
        await sql`delete from happening_tellings where sink = any(${gone}::text[])`.execute(transaction);
        // Whoever had these died with them, and nobody has come for them since.
        await sql`delete from sink_turns where until < now() - interval '1 day'`.execute(transaction);
      }),
    took: async (sink) => {
      // To the minute is enough, and spares writes.
      await sql`
        update known_sinks set took_at = now()
        where name = ${sink} and (took_at is null or took_at < now() - interval '1 minute')`.execute(kysely);
    },
    incidents: async (sink, after, limit) => {
      const { rows } = await sql`
        select incidents.id as "incidentId", incidents.installation_id as "installationId"
        from known_sinks cross join incidents
        left join sink_progress as told on told.sink = known_sinks.name and told.incident_id = incidents.id
        where known_sinks.name = ${sink} and incidents.id > ${after} and incidents.entries > coalesce(told.seq, 0)
          and exists (
            select from incident_events as event
            where event.incident_id = incidents.id and event.seq > coalesce(told.seq, 0) and event.at >= known_sinks.since)
        order by incidents.id limit ${limit}`.execute(kysely);
      return rows.map((row) => incidentRow.parse(row));
    },
    installations: async (sink) => {
      const { rows } = await sql`
        select distinct installation_id as "installationId"
        from happening_tellings join happenings on happenings.id = happening_id
        where sink = ${sink} and (refused_at is null or refused_at < now() - interval '1 hour')
        order by 1`.execute(kysely);
      return rows.map((row) => installationRow.parse(row).installationId);
    },
  };
}
