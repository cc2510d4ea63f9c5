import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`
    create table deliveries (
      guid text primary key,
      event text not null,
      installation_id bigint,
      received_at timestamptz not null,
      payload bytea
    )`,
  sql`
    create table scopes (
      position bigint generated always as identity,
      repo_id bigint not null,
      head_sha text not null,
      scope text not null,
      installation_id bigint not null,
      repo jsonb not null,
      verdict jsonb,
      commits jsonb,
      primary key (repo_id, head_sha, scope),
      check ((verdict is null) = (commits is null))
    )`,
  sql`
    create table incidents (
      id text primary key,
      installation_id bigint not null,
      fingerprint text not null,
      rule_id text not null,
      provider text not null,
      title text not null,
      severity text not null,
      mask text not null,
      state text not null,
      opened_at timestamptz not null,
      home jsonb not null,
      issue_number integer,
      unique (installation_id, fingerprint)
    )`,
  sql`
    create table occurrences (
      position bigint generated always as identity,
      incident_id text not null references incidents (id) on delete cascade,
      repo_id bigint not null,
      commit_sha text not null,
      blob_sha text not null,
      path text not null,
      line integer not null,
      seen_at timestamptz not null,
      primary key (incident_id, repo_id, commit_sha, path, line)
    )`,
  sql`
    create table turns (
      lane text not null,
      installation_id text not null,
      job_id uuid not null,
      primary key (lane, installation_id)
    )`,
];

/** Everything the first release stores: webhook deliveries, judgements by scope of a head, incidents, whose turn it is. */
export const deliveriesScopesIncidents: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
