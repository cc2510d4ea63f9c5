import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** An incident knows the branches that its secret was pushed to, and when it was pushed last. */
export const pushesOfIncidents: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      update incidents
      set details = jsonb_build_object('branches', '[]'::jsonb, 'pushedAt', null) || details`.execute(database);
  },
};
