import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** What was scanned already. There are as many rows as blobs, so they are short and have the one index. */
export const scanMemory: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table scan_memory (
        key bytea primary key,
        installation_id bigint not null,
        repo_id bigint not null,
        bytes integer,
        said jsonb,
        used_on date not null
      )`.execute(database);
  },
};
