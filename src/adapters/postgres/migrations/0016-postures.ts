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
];

/** How repositories stand, when they are looked at next, and how they stood week by week. */
export const postures: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
