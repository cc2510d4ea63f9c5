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
  // As src/core/incident/incident.ts opens one, with the issue it has.
  sql`
    update incidents set
      filed_repo_id = case when issue_number is null then null else (home ->> 'repoId')::bigint end,
      details = jsonb_build_object(
        'filing', case when issue_number is null then null else jsonb_build_object(
          'kind', 'issue', 'repo', home, 'number', issue_number,
          'audience', case when home ->> 'visibility' = 'public' then 'everyone' else 'members' end) end,
        'terms', jsonb_build_object(
          'class', 'high', 'containMinutes', 60, 'maxAgeDays', 30, 'overlapHours', 24, 'remindEveryHours', 24,
          'workingHours', null, 'escalateTo', null, 'probing', false),
        'classIsFixed', false,
        'countdown', jsonb_build_object(
          'startedAt', to_char((opened_at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'halfAt', to_char((opened_at + interval '30 minutes') at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'dueAt', to_char((opened_at + interval '1 hour') at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'reminders', 2, 'remindedAt', null),
        'done', '{}'::jsonb, 'acknowledgedAt', null, 'owner', null, 'exposure', null, 'rotation', null, 'lastProbe', null,
        'retry', null, 'revocation', null, 'proof', null, 'dismissal', null, 'snooze', null, 'reopenings', 0,
        'drill', null, 'toldThrough', 0)`,
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
