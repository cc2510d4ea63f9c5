import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

const statements = [
  sql`
    create table suppression_events (
      seq bigint generated always as identity primary key,
      installation_id bigint not null,
      fingerprint text not null,
      suppression_id text not null,
      kind text not null,
      at timestamptz not null,
      ends_at timestamptz,
      event jsonb not null,
      unique (suppression_id, kind)
    )`,
  sql`create index suppression_events_fingerprint on suppression_events (installation_id, fingerprint)`,
  sql`create index suppression_events_ends_at on suppression_events (ends_at) where ends_at is not null`,
  sql`
    create index suppression_events_configured on suppression_events (installation_id, (event #>> '{terms,repoId}'))
      where kind = 'configured'`,
  sql`
    create function refuse_change() returns trigger language plpgsql as $$
      begin raise exception 'what was asked for and answered is kept as it is'; end $$`,
  sql`
    create trigger suppression_events_are_kept before update or delete on suppression_events
      for each row execute function refuse_change()`,
  // Which judgements name a secret, so that they can be published again when it is suppressed.
  sql`
    create table scope_fingerprints (
      installation_id bigint not null,
      fingerprint text not null,
      repo_id bigint not null,
      head_sha text not null,
      scope text not null,
      judged_at timestamptz not null default now(),
      primary key (installation_id, fingerprint, repo_id, head_sha, scope),
      foreign key (repo_id, head_sha, scope) references scopes (repo_id, head_sha, scope) on delete cascade
    )`,
  sql`create index scope_fingerprints_scope on scope_fingerprints (repo_id, head_sha, scope)`,
  sql`
    insert into scope_fingerprints (installation_id, fingerprint, repo_id, head_sha, scope)
    select distinct installation_id, found.value #>> '{}', repo_id, head_sha, scope
    from scopes, jsonb_path_query(verdict, '$.*[*].finding.fingerprint') as found (value)
    where verdict is not null`,
  // An incident that is dismissed is a secret that need not block.
  sql`
    insert into suppression_events (installation_id, fingerprint, suppression_id, kind, at, ends_at, event)
    select installation_id, fingerprint, 'incident:' || id, 'requested', (details #>> '{dismissal,at}')::timestamptz,
      (details #>> '{dismissal,until}')::timestamptz,
      jsonb_build_object('kind', 'requested',
        'terms', jsonb_build_object('fingerprint', fingerprint, 'repoId', null, 'reason', 'accepted-risk',
          'note', details #>> '{dismissal,reason}', 'until', details #> '{dismissal,until}'),
        'by', coalesce(details #>> '{dismissal,by,login}', ''),
        'authors', jsonb_build_object('logins', '[]'::jsonb, 'complete', true))
    from incidents where state = 'dismissed' and jsonb_typeof(details -> 'dismissal') = 'object'`,
  sql`
    insert into suppression_events (installation_id, fingerprint, suppression_id, kind, at, event)
    select installation_id, fingerprint, 'incident:' || id, 'approved', (details #>> '{dismissal,at}')::timestamptz,
      jsonb_build_object('kind', 'approved', 'by', coalesce(details #>> '{dismissal,by,login}', ''), 'note', '')
    from incidents where state = 'dismissed' and jsonb_typeof(details -> 'dismissal') = 'object'`,
];

/** What is asked for and answered about secrets that need not block, and where those secrets stand. */
export const suppressions: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of statements) await statement.execute(database);
  },
};
