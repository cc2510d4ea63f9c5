import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** An incident knows what became of its secret in texts beside the code, and how far a wiki was read is remembered. */
export const texts: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`update incidents set details = jsonb_build_object('redactions', '[]'::jsonb) || details`.execute(
      database,
    );
    await sql`
      create table wiki_readings (
        installation_id bigint not null,
        repo_id bigint not null,
        revision text not null,
        primary key (installation_id, repo_id)
      )`.execute(database);
  },
};
