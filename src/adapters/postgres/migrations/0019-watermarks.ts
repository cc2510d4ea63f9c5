import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** Until when what is done again and again was done. */
export const watermarks: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`create table watermarks (name text primary key, at timestamptz not null)`.execute(database);
  },
};
