import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** Until when GitHub asked for quiet on behalf of an installation. */
export const githubPauses: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`create table github_pauses (id text primary key, kind text not null, until timestamptz not null)`.execute(
      database,
    );
  },
};
