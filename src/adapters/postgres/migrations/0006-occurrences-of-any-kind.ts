import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`alter table occurrences add column place jsonb`,
  sql`
    update occurrences set place = jsonb_build_object(
      'kind', 'code', 'repoId', repo_id, 'commit', commit_sha, 'blob', blob_sha, 'path', path, 'line', line
    )`,
  sql`alter table occurrences drop constraint occurrences_pkey`,
  sql`
    alter table occurrences
      drop column repo_id, drop column commit_sha, drop column blob_sha, drop column path, drop column line,
      alter column place set not null,
      add column place_digest text not null generated always as (md5(place::text)) stored`,
  // The digest, as an index takes no more than some 2,700 bytes and a path may be longer.
  sql`alter table occurrences add primary key (incident_id, place_digest)`,
];

/** A secret is also seen outside of the code: a place is now a document, so that another kind of place is no other table. */
export const occurrencesOfAnyKind: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
