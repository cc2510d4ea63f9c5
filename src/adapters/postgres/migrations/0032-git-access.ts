import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`
    create table audit_readings (
      installation_id bigint primary key,
      since timestamptz not null,
      through timestamptz not null,
      after text,
      refusal text,
      refused_at timestamptz,
      judged_at timestamptz
    )`,
  // Entries that were counted, for as long as the log has them.
  sql`
    create table audit_entries (
      installation_id bigint not null,
      id text not null,
      at timestamptz not null,
      primary key (installation_id, id)
    )`,
  sql`
    create table repository_readers (
      installation_id bigint not null,
      repository text not null,
      actor text not null,
      country text not null,
      credential_kind text not null,
      program text,
      first_at timestamptz not null,
      last_at timestamptz not null,
      reads integer not null,
      primary key (installation_id, repository, actor, country)
    )`,
  sql`
    create table credential_hours (
      installation_id bigint not null,
      credential text not null,
      hour timestamptz not null,
      country text not null,
      kind text not null,
      actor text not null,
      operations integer not null,
      failures integer not null,
      touched_at timestamptz not null default now(),
      primary key (installation_id, credential, hour, country)
    )`,
  sql`create index on credential_hours (installation_id, touched_at)`,
  sql`
    create table clone_days (
      repo_id bigint not null,
      day date not null,
      count integer not null,
      uniques integer not null,
      primary key (repo_id, day)
    )`,
  sql`
    create table clone_readings (
      repo_id bigint primary key,
      installation_id bigint not null,
      since date not null,
      asked_at timestamptz not null
    )`,
];

/** How repositories are read, and with which credentials: what it is compared with later. */
export const gitAccess: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
