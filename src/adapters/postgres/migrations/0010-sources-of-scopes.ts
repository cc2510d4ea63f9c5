import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`alter table scopes add column source jsonb`,
  // What was judged before: its name says it all, but for what a ref was at before.
  sql`
    update scopes set source = case
      when scope like 'push:%'
        then jsonb_build_object('kind', 'push', 'ref', substr(scope, 6), 'before', null)
      else jsonb_build_object(
        'kind', 'pull-request', 'number', split_part(scope, ':', 2)::integer, 'baseRef', '', 'baseSha', split_part(scope, ':', 3))
      end`,
  sql`alter table scopes alter column source set not null`,
];

/** A scope keeps what it was asked about, so that its head can be judged again. */
export const sourcesOfScopes: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
