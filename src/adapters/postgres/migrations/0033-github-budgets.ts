import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** How many requests may be sent for an installation now, as of when, and what GitHub said last of its hour. */
export const githubBudgets: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table github_budgets (
        id text primary key,
        left_over double precision not null,
        at timestamptz not null,
        granted boolean not null,
        hour_limit integer,
        hour_left integer,
        hour_resets_at timestamptz
      )`.execute(database);
  },
};
