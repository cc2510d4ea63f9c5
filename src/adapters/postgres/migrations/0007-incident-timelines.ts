import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  // What no query asks for is one document.
  sql`
    alter table incidents
      add column details jsonb not null default '{}',
      add column filed_repo_id bigint,
      add column next_at timestamptz,
      add column entries integer not null default 0,
      add column head_hash text not null default ''`,
  sql`create index incidents_next_at on incidents (next_at) where next_at is not null`,
  sql`create index incidents_issue on incidents (filed_repo_id, issue_number) where issue_number is not null`,
  sql`
    create table incident_events (
      incident_id text not null references incidents (id) on delete cascade,
      seq integer not null,
      at timestamptz not null,
      kind text not null,
      event jsonb not null,
      state text not null,
      source text,
      hash text not null,
      primary key (incident_id, seq)
    )`,
  sql`create unique index incident_events_source on incident_events (incident_id, source) where source is not null`,
];

/** What happens to an incident is kept, each entry bound to those before it, and the incident knows when time will change it. */
export const incidentTimelines: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
