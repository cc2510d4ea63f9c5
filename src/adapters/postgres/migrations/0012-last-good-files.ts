import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** Which version of each file of configuration was understood last. */
export const lastGoodFiles: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table last_good_files (
        installation_id bigint not null,
        owner text not null,
        name text not null,
        ref text not null,
        path text not null,
        blob text not null,
        primary key (installation_id, owner, name, ref, path)
      )`.execute(database);
  },
};
