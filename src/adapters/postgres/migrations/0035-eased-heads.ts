import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** On which heads GitHub may have been told that a secret does not block. So far: on all where something was ever said about one. */
export const easedHeads: Migration = {
  up: async (database: Kysely<unknown>) => {
    await sql`alter table scope_fingerprints add column eased boolean not null default false`.execute(database);
    await sql`
      update scope_fingerprints set eased = true
      where (installation_id, fingerprint) in (
        select installation_id, fingerprint from suppression_events
        union select installation_id, fingerprint from incidents where state in ('closed', 'dismissed'))`.execute(
      database,
    );
  },
};
