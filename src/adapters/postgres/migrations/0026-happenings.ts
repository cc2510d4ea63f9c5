import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`
    create table happenings (
      id text primary key,
      installation_id bigint not null,
      at timestamptz not null,
      kind text not null,
      repo_id bigint,
      happening jsonb not null
    )`,
  sql`create index on happenings (kind, at)`,
  sql`
    create table happening_tellings (
      sink text not null,
      happening_id text not null references happenings (id) on delete cascade,
      since timestamptz not null default now(),
      primary key (sink, happening_id)
    )`,
];

/** What happened outside of incidents' timelines, and which sinks are still to be told of it. */
export const happenings: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
