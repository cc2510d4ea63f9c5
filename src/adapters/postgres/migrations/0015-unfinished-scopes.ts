import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`
    alter table scopes
      add column version integer not null default 0,
      add column told boolean not null default false,
      add column retry jsonb,
      add column changed_at timestamptz not null default now()`,
  // What was judged before was published, or its job is still there.
  sql`update scopes set told = true where verdict is not null`,
  sql`create index scopes_unfinished on scopes (changed_at) where verdict is null or not told or retry is not null`,
];

/** A scope knows since when it is as it is, whether GitHub was told, and what is done by itself about an incomplete verdict. */
export const unfinishedScopes: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
