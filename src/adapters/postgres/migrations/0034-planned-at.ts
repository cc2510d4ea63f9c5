import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** When somebody last said of a repository or an account that it is to be looked at: a list that is older does not know of it. */
export const plannedAt: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const table of ["posture_repositories", "posture_organizations"] as const)
      await sql`alter table ${sql.table(table)} add column planned_at timestamptz not null default now()`.execute(
        database,
      );
  },
};
