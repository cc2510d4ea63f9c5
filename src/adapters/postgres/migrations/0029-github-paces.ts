import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** How much leave to write is left for an installation, and as of when. */
export const githubPaces: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table github_paces (
        id text not null,
        bucket text not null,
        left_over double precision not null,
        at timestamptz not null,
        primary key (id, bucket)
      )`.execute(database);
  },
};
