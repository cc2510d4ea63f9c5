import { sql, type Kysely } from "kysely";
import type { FingerprintNames, Renamed } from "../../flows/ports/fingerprint-names.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

export function createFingerprintNames({ kysely }: Pick<Database, "kysely">): FingerprintNames {
  return {
    rename: async (installationId, renamed) => {
      const known = await storedAmong(
        kysely,
        installationId,
        renamed.map(({ former }) => former),
      );
      const wanted = renamed.filter(({ former }) => known.has(former));
      if (wanted.length === 0) return 0;
      await kysely.transaction().execute(async (transaction) => {
        for (const one of wanted) await renameOne(transaction, installationId, one);
      });
      return wanted.length;
    },
    currentOf: async (installationId, fingerprints) => {
      if (fingerprints.length === 0) return [];
      const { rows } = await sql<Renamed>`
        select former, current from fingerprint_aliases
        where installation_id = ${installationId} and former = any(${[...fingerprints]}::text[])`.execute(kysely);
      const names = new Map(rows.map(({ former, current }) => [former, current]));
      return fingerprints.map((fingerprint) => names.get(fingerprint) ?? fingerprint);
    },
  };
}

async function storedAmong(
  kysely: Kysely<Tables>,
  installationId: number,
  fingerprints: readonly string[],
): Promise<ReadonlySet<string>> {
  const asked = sql`installation_id = ${installationId} and fingerprint = any(${[...fingerprints]}::text[])`;
  const { rows } = await sql<{ fingerprint: string }>`
    select fingerprint from incidents where ${asked} union select fingerprint from suppression_events where ${asked}
    union select fingerprint from scope_fingerprints where ${asked}`.execute(kysely);
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

/** A fingerprint is 32 hex digits, so it stands nowhere by chance. */
async function renameOne(
  transaction: Kysely<Tables>,
  installationId: number,
  { former, current }: Renamed,
): Promise<void> {
  const here = sql`installation_id = ${installationId} and fingerprint = ${former}`;
  // Where a process that lacks the former key was faster there are two incidents of one secret; both are followed.
  await sql`
    update incidents set fingerprint = ${current} where ${here}
      and not exists (select from incidents where installation_id = ${installationId} and fingerprint = ${current})`.execute(
    transaction,
  );
  await sql`
    update suppression_events
    set fingerprint = ${current}, event = replace(event::text, ${former}, ${current})::jsonb where ${here}`.execute(
    transaction,
  );
  await sql`
    update scopes set verdict = replace(verdict::text, ${former}, ${current})::jsonb
    where verdict is not null and (repo_id, head_sha, scope) in (
      select repo_id, head_sha, scope from scope_fingerprints where ${here})`.execute(transaction);
  await sql`
    insert into scope_fingerprints (installation_id, fingerprint, repo_id, head_sha, scope, judged_at, eased)
    select installation_id, ${current}, repo_id, head_sha, scope, judged_at, eased from scope_fingerprints where ${here}
    on conflict (installation_id, fingerprint, repo_id, head_sha, scope)
      do update set eased = scope_fingerprints.eased or excluded.eased`.execute(transaction);
  await sql`delete from scope_fingerprints where ${here}`.execute(transaction);
  await sql`
    update pgboss.job set data = replace(data::text, ${former}, ${current})::jsonb
    where group_id = ${String(installationId)} and state in ('created', 'retry')
      and strpos(data::text, ${former}) > 0`.execute(transaction);
  await sql`
    update fingerprint_aliases set current = ${current}
    where installation_id = ${installationId} and current = ${former}`.execute(transaction);
  await sql`
    insert into fingerprint_aliases (installation_id, former, current) values (${installationId}, ${former}, ${current})
    on conflict (installation_id, former) do update set current = excluded.current`.execute(transaction);
  await sql`
    delete from fingerprint_aliases where installation_id = ${installationId} and former = ${current}`.execute(
    transaction,
  );
}
