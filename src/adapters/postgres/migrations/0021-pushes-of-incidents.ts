import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** An incident knows the branches that its secret was pushed to, and when it was pushed last; and it is found by a text that held it. */
export const pushesOfIncidents: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      update incidents
      set details = jsonb_build_object('branches', '[]'::jsonb, 'pushedAt', null) || details`.execute(database);
    await sql`
      create index occurrences_in_texts on occurrences using gin (place jsonb_path_ops)
      where place ->> 'kind' = 'text'`.execute(database);
  },
};
