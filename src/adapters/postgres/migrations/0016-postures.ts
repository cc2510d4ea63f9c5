import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`
    create table posture_repositories (
      repo_id bigint primary key,
      installation_id bigint not null,
      repo jsonb not null,
      next_at timestamptz not null,
      posture jsonb,
      filing jsonb
    )`,
  sql`create index on posture_repositories (next_at)`,
  sql`create index on posture_repositories (installation_id)`,
  // Of each week how it stood when it was last looked at, as little as a comparison needs.
  sql`
    create table posture_weeks (
      repo_id bigint not null references posture_repositories (repo_id) on delete cascade,
      week date not null,
      score integer,
      standings jsonb not null,
      primary key (repo_id, week)
    )`,
  sql`
    create table posture_organizations (
      installation_id bigint primary key,
      owner text not null,
      next_at timestamptz not null,
      posture jsonb,
      filing jsonb
    )`,
  // Answers of GitHub that are asked for again every night, sealed.
  sql`
    create table kept_answers (
      installation_id bigint not null,
      address text not null,
      status smallint not null,
      etag text not null,
      link text,
      body bytea not null,
      kept_at timestamptz not null,
      used_on date not null,
      primary key (installation_id, address)
    )`,
];

/** How repositories stand, when they are looked at next, and how they stood week by week. */
export const postures: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
