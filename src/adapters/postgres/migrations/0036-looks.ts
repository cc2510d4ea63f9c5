import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`alter table posture_repositories add column look uuid`,
  sql`alter table posture_organizations add column look uuid`,
  sql`
    create table forgotten_answers (
      installation_id bigint not null,
      path text not null,
      at timestamptz not null,
      primary key (installation_id, path)
    )`,
];

/** Which look at a posture began last, so that none that is older is stored; and what was just forgotten of GitHub's answers. */
export const looks: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
