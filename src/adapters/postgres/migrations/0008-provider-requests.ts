import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** How often a provider was sent a leaked credential, by installation and hour: only the latest hour is kept. */
export const providerRequests: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table provider_requests (
        installation_id bigint not null,
        provider text not null,
        since timestamptz not null,
        requests integer not null,
        primary key (installation_id, provider)
      )`.execute(database);
  },
};
