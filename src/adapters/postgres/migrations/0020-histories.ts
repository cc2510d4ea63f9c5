import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** How far the reading of each repository's history has come. */
export const histories: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table histories (
        repo_id bigint primary key,
        installation_id bigint not null,
        repo jsonb not null,
        round integer not null,
        reason text not null,
        state text not null,
        scanner text,
        tips jsonb,
        progress jsonb not null,
        told_at timestamptz
      )`.execute(database);
  },
};
