import { deflateRawSync, inflateRawSync } from "node:zlib";
import { sql } from "kysely";
import type { KeptAnswers } from "../../flows/ports/kept-answers.ts";
import type { Clock, Sealer } from "../../flows/ports/system.ts";
import type { Database } from "./database.ts";

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
      if (row.used_on !== today())
        await kysely
          .updateTable("kept_answers")
          .set({ used_on: today() })
          .where("installation_id", "=", installationId)
          .where("address", "=", address)
          .execute();
      const { status, link, etag } = row;
      const body = inflateRawSync(sealer.open(row.body, contextOf(installationId, address)));
      return { status, link, etag, body, keptAt: row.kept_at.toISOString() };
    },
    keep: async (installationId, address, { status, link, etag, body, keptAt }) => {
      const sealed = sealer.seal(deflateRawSync(body), contextOf(installationId, address));
      const kept = { status, link, etag, body: sealed, kept_at: keptAt, used_on: today() };
      await kysely
        .insertInto("kept_answers")
        .values({ installation_id: installationId, address, ...kept })
        .onConflict((conflict) => conflict.columns(["installation_id", "address"]).doUpdateSet(kept))
        .execute();
    },
    forget: async (installationId, path) => {
      await sql`
        delete from kept_answers
        where installation_id = ${installationId} and starts_with(lower(address), ${path.toLowerCase()})`.execute(
        kysely,
      );
    },
    dropUnused: async (since) => {
      await sql`delete from kept_answers where used_on < ${since.slice(0, 10)}::date`.execute(kysely);
    },
  };
}
