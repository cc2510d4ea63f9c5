import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** How much of each incident's timeline each sink was told. */
export const sinkProgress: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table sink_progress (
        sink text not null,
        incident_id text not null references incidents (id) on delete cascade,
        seq integer not null,
        primary key (sink, incident_id)
      )`.execute(database);
  },
};
