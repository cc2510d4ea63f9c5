import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`
    create table fingerprint_aliases (
      installation_id bigint not null,
      former text not null,
      current text not null,
      primary key (installation_id, former)
    )`,
  // What was asked for and answered is kept as it is, but for the name under which the secret is known.
  sql`
    create or replace function refuse_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and to_jsonb(new) - 'fingerprint' - 'event' = to_jsonb(old) - 'fingerprint' - 'event'
          and new.event = replace(old.event::text, old.fingerprint, new.fingerprint)::jsonb then
          return new;
        end if;
        raise exception 'what was asked for and answered is kept as it is';
      end $$`,
];

/** Under which fingerprint a secret is known that was known by another key before. */
export const fingerprintAliases: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
