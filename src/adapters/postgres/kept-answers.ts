import { deflateRawSync, inflateRawSync } from "node:zlib";
import { sql } from "kysely";
import { daysBetween } from "../../core/posture/age.ts";
import type { KeptAnswers } from "../../flows/ports/kept-answers.ts";
import type { Clock, Sealer } from "../../flows/ports/system.ts";
import type { Database } from "./database.ts";

/**
 * Each is written by itself, some ten of them for each repository. One that is lost with the power costs a request and nothing else, so
 * none waits until it is on the disk. To be selected from by the statement that writes.
 */
const unhurried = sql`(select set_config('synchronous_commit', 'off', true)) as unhurried`;

/** When an answer was last asked for is noted to so many days, as it is for dropping those that nobody asks for. */
const usedToDays = 3;

/** Workers' clocks may differ by so much. A refusal that is not kept for it costs one more request. */
const clocksDifferSeconds = 60;

/** Nothing is forgotten while a refusal is being kept. */
const lockOf = (installationId: number) => sql`hashtextextended(${`keyward answers ${installationId}`}, 0)`;

/** Keeps answers in the database: small, as each is deflated, and sealed, as they hold what people wrote. */
export function createKeptAnswers({ kysely }: Pick<Database, "kysely">, sealer: Sealer, clock: Clock): KeptAnswers {
  const today = (): string => clock().slice(0, 10);
  const contextOf = (installationId: number, address: string): string => `answer ${installationId} ${address}`;
  return {
    of: async (installationId, address) => {
      const row = await kysely
        .selectFrom("kept_answers")
        .select([
          "status",
          "body",
          "link",
          "etag",
          "kept_at",
          sql<string>`to_char(used_on, 'YYYY-MM-DD')`.as("used_on"),
        ])
        .where("installation_id", "=", installationId)
        .where("address", "=", address)
        .executeTakeFirst();
      if (!row) return null;
      if (daysBetween(row.used_on, today()) >= usedToDays)
        await sql`
          update kept_answers set used_on = ${today()}::date from ${unhurried}
          where installation_id = ${installationId} and address = ${address}`.execute(kysely);
      const { status, link, etag } = row;
      const body = inflateRawSync(sealer.open(row.body, contextOf(installationId, address)));
      return { status, link, etag, body, keptAt: row.kept_at.toISOString() };
    },
    keep: async (installationId, address, { status, link, etag, body, keptAt }) => {
      const sealed = sealer.seal(deflateRawSync(body), contextOf(installationId, address));
      const insert = sql`
        insert into kept_answers (installation_id, address, status, body, link, etag, kept_at, used_on)
        select ${installationId}::bigint, ${address}::text, ${status}::smallint, ${sealed}::bytea, ${link}::text, ${etag}::text,
          ${keptAt}::timestamptz, ${today()}::date
        from ${unhurried}
        on conflict (installation_id, address) do update set
          status = excluded.status, body = excluded.body, link = excluded.link, etag = excluded.etag,
          kept_at = excluded.kept_at, used_on = excluded.used_on`;
      // What is asked about each time may be old; a refusal is believed for days.
      if (status === 200) return void (await insert.execute(kysely));
      await kysely.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock_shared(${lockOf(installationId)})`.execute(transaction);
        const { rows } = await sql`
          select from forgotten_answers
          where installation_id = ${installationId} and starts_with(lower(${address}), path)
            and at >= ${keptAt}::timestamptz - ${clocksDifferSeconds} * interval '1 second' limit 1`.execute(
          transaction,
        );
        if (rows.length === 0) await insert.execute(transaction);
      });
    },
    forget: async (installationId, path) => {
      const below = path.toLowerCase();
      await kysely.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(${lockOf(installationId)})`.execute(transaction);
        await sql`
          delete from kept_answers
          where installation_id = ${installationId} and starts_with(lower(address), ${below})`.execute(transaction);
        await sql`
          insert into forgotten_answers (installation_id, path, at) values (${installationId}, ${below}, ${clock()})
          on conflict (installation_id, path) do update set at = greatest(forgotten_answers.at, excluded.at)`.execute(
          transaction,
        );
        // No answer takes that long.
        await sql`
          delete from forgotten_answers
          where installation_id = ${installationId} and at < ${clock()}::timestamptz - interval '1 hour'`.execute(
          transaction,
        );
      });
    },
    dropUnused: async (since) => {
      await sql`delete from kept_answers where used_on < ${since.slice(0, 10)}::date`.execute(kysely);
    },
  };
}
