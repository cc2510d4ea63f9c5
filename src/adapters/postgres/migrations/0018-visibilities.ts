import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** Since when who may read a repository, as far as it was seen. */
export const visibilities: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table visibilities (
        repo_id bigint not null,
        since timestamptz not null,
        visibility text not null,
        primary key (repo_id, since)
      )`.execute(database);
  },
};
