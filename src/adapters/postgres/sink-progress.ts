import { sql } from "kysely";
import type { SinkProgress } from "../../flows/ports/sinks.ts";
import type { Database } from "./database.ts";

/** Remembers how much of incidents sinks were told. */
export function createSinkProgress({ kysely }: Pick<Database, "kysely">): SinkProgress {
  return {
    through: async (sink, incidentId) => {
      const row = await kysely
        .selectFrom("sink_progress")
        .select("seq")
        .where("sink", "=", sink)
        .where("incident_id", "=", incidentId)
        .executeTakeFirst();
      return row?.seq ?? 0;
    },
    note: async (sink, incidentId, seq) => {
      await sql`
        insert into sink_progress as known (sink, incident_id, seq) values (${sink}, ${incidentId}, ${seq})
        on conflict (sink, incident_id) do update set seq = greatest(known.seq, excluded.seq)`.execute(kysely);
    },
  };
}
