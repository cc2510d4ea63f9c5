import { sql, type Kysely } from "kysely";
import * as z from "zod";
import type { GitAccess } from "../../core/anomaly/git-access.ts";
import type { CredentialHistory, OrganizationHabits } from "../../core/anomaly/judge-credential.ts";
import type { AccessStore } from "../../flows/ports/git-access.ts";
import type { Database } from "./database.ts";
import { storable, toJson } from "./json.ts";
import type { Tables } from "./tables.ts";

const count = z.coerce.number();
const time = z.date().transform((at) => at.toISOString());
const text = z.string().transform((value) => (value === "" ? null : value));
const readingRow = z.object({
  since: time,
  through: time,
  after: z.string().nullable(),
  refusal: z.string().nullable(),
  refusedAt: time.nullable(),
});
const leakRow = z.object({
  incident: z.string(),
  at: time,
  inHistory: z.boolean(),
  repoId: count,
  repository: z.string().nullable(),
  isPublic: z.boolean(),
});
const readerRow = z.object({
  actor: text,
  country: text,
  credentialKind: z.string(),
  program: z.string().nullable(),
  firstAt: time,
  lastAt: time,
  reads: count,
});
const unjudgedRow = z.object({ last: z.string(), through: z.string().nullable() });
const habitRow = z.object({ country: z.string().nullable(), firstHour: time, operations: count });
const historyRow = z.object({
  credential: z.string(),
  from: time,
  kind: z.string(),
  actor: z.string().nullable(),
  hours: z.array(
    z.object({ hour: z.string(), country: z.string().nullable(), operations: z.int(), failures: z.int() }),
  ),
});
const clonesRow = z.object({ since: z.string(), askedAt: time });
const cloneDayRow = z.object({ day: z.string(), count, uniques: count });

/** Counts what was done by git: who read which repository from where, and what each credential was used for in each hour. */
export function createAccessStore({ kysely }: Pick<Database, "kysely">): AccessStore {
  return {
    reading: async (installationId) => {
      const { rows } = await sql`
        select since, through, after, refusal, refused_at as "refusedAt"
        from audit_readings where installation_id = ${installationId}`.execute(kysely);
      const [found] = rows.map((row) => readingRow.parse(row));
      if (found === undefined) return null;
      const { refusal: reason, refusedAt: at, ...rest } = found;
      return { ...rest, refusal: reason === null || at === null ? null : { reason, at } };
    },
    record: (installationId, entries, { since, through, after, refusal }) =>
      kysely.transaction().execute(async (transaction) => {
        await sql`
          insert into audit_readings (installation_id, since, through, after, refusal, refused_at)
          values (${installationId}, ${since}, ${through}, ${after}, ${refusal?.reason ?? null}, ${refusal?.at ?? null})
          on conflict (installation_id) do update set since = excluded.since, through = excluded.through,
            after = excluded.after, refusal = excluded.refusal, refused_at = excluded.refused_at`.execute(transaction);
        const fresh = await notCounted(transaction, installationId, entries);
        await countReaders(transaction, installationId, fresh);
        await countCredentials(transaction, installationId, fresh);
        await sql`
          delete from audit_entries
          where installation_id = ${installationId} and at < ${through}::timestamptz - interval '8 days'`.execute(
          transaction,
        );
      }),
    leaks: async (installationId, days) => {
      const { rows } = await sql`
        select incidents.id as incident, min(happenings.at) as at, happenings.repo_id as "repoId",
          bool_and(happening #>> '{evidence,inHistory}' = 'true') as "inHistory",
          lower(max(coalesce(known.repo ->> 'owner' || '/' || (known.repo ->> 'name'), happening ->> 'repository'))) as repository,
          bool_or(coalesce(known.repo ->> 'visibility', incidents.home ->> 'visibility') = 'public') as "isPublic"
        from happenings
        join incidents on incidents.id = happening #>> '{evidence,incident}' and state not in ('closed', 'dismissed')
        left join posture_repositories as known on known.repo_id = happenings.repo_id
        where happenings.installation_id = ${installationId} and happenings.kind = 'finding'
          and happenings.at >= now() - make_interval(days => ${days}) and happening ->> 'drill' = 'false'
          and happening #>> '{evidence,surface}' in ('code', 'commit-message', 'tag-message')
        group by incidents.id, happenings.repo_id order by 2, 1`.execute(kysely);
      return rows.map((row) => leakRow.parse(row));
    },
    readers: async (installationId, repository) => {
      const { rows } = await sql`
        select actor, country, credential_kind as "credentialKind", program, first_at as "firstAt", last_at as "lastAt", reads
        from repository_readers where installation_id = ${installationId} and repository = ${repository}
        order by first_at, actor, country`.execute(kysely);
      return rows.map((row) => readerRow.parse(row));
    },
    clones: async (repoId) => {
      const { rows } = await sql`
        select since::text, asked_at as "askedAt" from clone_readings where repo_id = ${repoId}`.execute(kysely);
      const [known] = rows.map((row) => clonesRow.parse(row));
      if (known === undefined) return null;
      const days = await sql`
        select day::text, count, uniques from clone_days where repo_id = ${repoId} order by day`.execute(kysely);
      return { ...known, days: days.rows.map((row) => cloneDayRow.parse(row)) };
    },
    unjudged: async (installationId) => {
      const { rows } = await sql`
        select coalesce((select judged_at from audit_readings where installation_id = ${installationId}), '-infinity')::text as last,
          max(touched_at)::text as through
        from credential_hours where installation_id = ${installationId}`.execute(kysely);
      const { last, through } = unjudgedRow.parse(rows[0]);
      if (through === null) return null;
      const organization = await habitsOf(kysely, installationId);
      return { through, organization, credentials: () => touchedBetween(kysely, installationId, { last, through }) };
    },
    judged: async (installationId, through) => {
      await sql`
        update audit_readings set judged_at = ${through} where installation_id = ${installationId}`.execute(kysely);
    },
    recordClones: (installationId, repoId, days, at) =>
      kysely.transaction().execute(async (transaction) => {
        // After a pause some days are known to nobody: it begins anew.
        await sql`
          insert into clone_readings as known (repo_id, installation_id, since, asked_at)
          values (${repoId}, ${installationId}, ${at}::date - ${daysOfTraffic - 1}::int, ${at})
          on conflict (repo_id) do update set asked_at = excluded.asked_at, installation_id = excluded.installation_id,
            since = case when (known.asked_at at time zone 'UTC')::date < excluded.since then excluded.since else known.since end`.execute(
          transaction,
        );
        await sql`
          insert into clone_days (repo_id, day, count, uniques)
          select ${repoId}, day, count, uniques
          from jsonb_to_recordset(${toJson(days)}::jsonb) as days (day date, count int, uniques int)
          on conflict (repo_id, day) do update set count = excluded.count, uniques = excluded.uniques`.execute(
          transaction,
        );
      }),
  };
}

async function habitsOf(kysely: Kysely<Tables>, installationId: number): Promise<OrganizationHabits> {
  const { rows } = await sql`
    select nullif(country, '') as country, min(hour) as "firstHour", sum(operations) as operations
    from credential_hours where installation_id = ${installationId} group by 1 order by 1`.execute(kysely);
  const found = rows.map((row) => habitRow.parse(row));
  return {
    knownSince: found.map(({ firstHour }) => firstHour).toSorted((a, b) => (a < b ? -1 : 1))[0] ?? "",
    operations: found.reduce((sum, { operations }) => sum + operations, 0),
    countries: found.flatMap(({ country, firstHour }) => (country === null ? [] : { country, firstHour })),
  };
}

/** Credentials whose histories are read together. */
const many = 100;

/** A time is handed on as text: what the database counts in microseconds JavaScript does not. */
async function* touchedBetween(
  kysely: Kysely<Tables>,
  installationId: number,
  { last, through }: { readonly last: string; readonly through: string },
): AsyncIterable<readonly (CredentialHistory & { readonly from: string })[]> {
  for (let after = ""; ;) {
    const { rows } = await sql`
      with touched as (
        select credential, min(hour) as from_hour from credential_hours
        where installation_id = ${installationId} and credential > ${after}
          and touched_at > ${last}::timestamptz and touched_at <= ${through}::timestamptz
        group by credential order by credential limit ${many}
      )
      select credential, max(from_hour) as from, max(kind) as kind, nullif(max(actor), '') as actor,
        jsonb_agg(jsonb_build_object('hour', to_char(hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'country', nullif(country, ''), 'operations', operations, 'failures', failures) order by hour, country) as hours
      from touched join credential_hours using (credential) where installation_id = ${installationId}
      group by credential order by credential`.execute(kysely);
    const found = rows.map((row) => historyRow.parse(row));
    if (found.length > 0) yield found;
    if (found.length < many) return;
    after = found.at(-1)?.credential ?? "";
  }
}

/** What GitHub tells, today included. */
const daysOfTraffic = 14;

type Transaction = Kysely<Tables>;

/** Those that are read for the first time. */
async function notCounted(
  transaction: Transaction,
  installationId: number,
  entries: readonly GitAccess[],
): Promise<readonly GitAccess[]> {
  const seen = entries.map(({ id, at }) => ({ id: storable(id), at }));
  const { rows } = await sql<{ id: string }>`
    insert into audit_entries (installation_id, id, at)
    select distinct on (id) ${installationId}::bigint, id, at
    from jsonb_to_recordset(${toJson(seen)}::jsonb) as entries (id text, at timestamptz) order by id
    on conflict do nothing returning id`.execute(transaction);
  const left = new Set(rows.map(({ id }) => id));
  return entries.filter(({ id }) => left.delete(storable(id)));
}

async function countReaders(
  transaction: Transaction,
  installationId: number,
  entries: readonly GitAccess[],
): Promise<void> {
  const reads = entries
    .filter(({ kind, repository }) => kind === "read" && repository !== null)
    .map(({ repository, actor, country, credential, program, at }) => ({
      repository,
      actor: actor ?? "",
      country: country ?? "",
      kind: credential.kind,
      program,
      at,
    }));
  await sql`
    insert into repository_readers as known
      (installation_id, repository, actor, country, credential_kind, program, first_at, last_at, reads)
    select ${installationId}::bigint, repository, actor, country, max(kind), max(program), min(at), max(at), count(*)
    from jsonb_to_recordset(${toJson(reads)}::jsonb)
      as reads (repository text, actor text, country text, kind text, program text, at timestamptz)
    group by repository, actor, country order by repository, actor, country
    on conflict (installation_id, repository, actor, country) do update set reads = known.reads + excluded.reads,
      first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)`.execute(
    transaction,
  );
}

async function countCredentials(
  transaction: Transaction,
  installationId: number,
  entries: readonly GitAccess[],
): Promise<void> {
  const uses = entries.map(({ credential, actor, country, at, kind }) => ({
    credential: credential.id,
    kind: credential.kind,
    actor: actor ?? "",
    country: country ?? "",
    at,
    failed: kind === "failure",
  }));
  await sql`
    insert into credential_hours as known
      (installation_id, credential, hour, country, kind, actor, operations, failures)
    select ${installationId}::bigint, credential, date_trunc('hour', at, 'UTC'), country, max(kind), max(actor),
      count(*) filter (where not failed), count(*) filter (where failed)
    from jsonb_to_recordset(${toJson(uses)}::jsonb)
      as uses (credential text, kind text, actor text, country text, at timestamptz, failed boolean)
    group by 2, 3, 4 order by 2, 3, 4
    on conflict (installation_id, credential, hour, country) do update set
      operations = known.operations + excluded.operations, failures = known.failures + excluded.failures,
      touched_at = now()`.execute(transaction);
}
