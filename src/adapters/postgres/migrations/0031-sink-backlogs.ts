import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`alter table happening_tellings add column position bigint generated always as identity`,
  sql`alter table happening_tellings add column refused_at timestamptz`,
  sql`
    create table known_sinks (
      name text primary key,
      since timestamptz not null,
      took_at timestamptz,
      gone_since timestamptz
    )`,
  // What a sink is told of already it has been there for.
  sql`
    insert into known_sinks (name, since)
    select sink, min(at) from sink_progress join incident_events using (incident_id) group by sink`,
  sql`
    create table sink_turns (
      sink text not null,
      what text not null,
      holder uuid not null,
      until timestamptz not null,
      primary key (sink, what)
    )`,
];

/** Which sinks there are, since when, and who tells them of what; what they are to be told has an order, and may be refused. */
export const sinkBacklogs: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
