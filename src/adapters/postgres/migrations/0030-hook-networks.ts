import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** From where GitHub said last that its webhooks come: one row. */
export const hookNetworks: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`
      create table hook_networks (
        only_one boolean primary key default true check (only_one),
        networks jsonb not null,
        at timestamptz not null
      )`.execute(database);
  },
};
