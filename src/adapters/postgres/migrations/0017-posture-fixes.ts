import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`
    create table posture_fixes (
      repo_id bigint primary key,
      record jsonb not null
    )`,
  // Of each kind of event the newest: who changed a setting last.
  sql`
    create table setting_changes (
      repo_id bigint not null,
      event text not null,
      login text not null,
      at timestamptz not null,
      primary key (repo_id, event)
    )`,
];

/** What is put right in repositories, and who changed their settings. */
export const postureFixes: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
