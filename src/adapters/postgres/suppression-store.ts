import { sql } from "kysely";
import type { SuppressionEntry, SuppressionEvent } from "../../core/suppression/suppression.ts";
import type { Job } from "../../flows/ports/jobs.ts";
import type { SuppressionStore } from "../../flows/ports/suppressions.ts";
import type { Database } from "./database.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";
import { plainTexts, type SealedTexts } from "./sealed-texts.ts";

/** What was asked for and answered; the database itself refuses to change any of it. */
export function createSuppressionStore(
  { kysely }: Pick<Database, "kysely">,
  queue: Enqueuer<Job>,
  texts: SealedTexts = plainTexts,
): SuppressionStore {
  return {
    about: async (installationId, fingerprints) => {
      if (fingerprints.length === 0) return [];
      const rows = await kysely
        .selectFrom("suppression_events")
        .select(["suppression_id", "fingerprint", "at", "event"])
        .where("installation_id", "=", installationId)
        .where("fingerprint", "=", sql<string>`any(${[...fingerprints]})`)
        .orderBy("seq")
        .execute();
      return rows.map((row) => toEntry(row, texts));
    },
    configuredIn: async (installationId, repoId) => {
      const rows = await kysely
        .selectFrom("suppression_events")
        .select(["suppression_id", "fingerprint", "at", "event"])
        .where("installation_id", "=", installationId)
        .where("suppression_id", "in", (event) =>
          event
            .selectFrom("suppression_events")
            .select("suppression_id")
            .where("installation_id", "=", installationId)
            .where("kind", "=", "configured")
            .where(sql<string>`event #>> '{terms,repoId}'`, "=", String(repoId)),
        )
        .orderBy("seq")
        .execute();
      return rows.map((row) => toEntry(row, texts));
    },
    append: (installationId, entries, jobs) =>
      kysely.transaction().execute(async (transaction) => {
        for (const entry of entries) {
          await transaction
            .insertInto("suppression_events")
            .values(toRow(installationId, entry, texts))
            .onConflict((conflict) => conflict.columns(["suppression_id", "kind"]).doNothing())
            .execute();
        }
        await queue.enqueueIn(transaction, jobs);
      }),
    endedBy: async (now, limit) => {
      const rows = await kysely
        .selectFrom("suppression_events as asked")
        .select(["suppression_id", "installation_id", "fingerprint"])
        .where("ends_at", "<=", sql<Date>`${now}::timestamptz`)
        .where((asked) =>
          asked.not(
            asked.exists(
              asked
                .selectFrom("suppression_events as over")
                .select("over.seq")
                .whereRef("over.suppression_id", "=", "asked.suppression_id")
                .where("over.kind", "=", "expired"),
            ),
          ),
        )
        .orderBy("ends_at")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.suppression_id,
        installationId: row.installation_id,
        fingerprint: row.fingerprint,
      }));
    },
  };
}

type Row = {
  readonly suppression_id: string;
  readonly fingerprint: string;
  readonly at: Date;
  readonly event: unknown;
};

const toEntry = ({ suppression_id: id, fingerprint, at, event }: Row, texts: SealedTexts): SuppressionEntry => ({
  id,
  fingerprint,
  at: at.toISOString(),
  event: texts.open(event, id) as SuppressionEvent,
});

function toRow(installationId: number, { id, fingerprint, at, event }: SuppressionEntry, texts: SealedTexts) {
  return {
    installation_id: installationId,
    fingerprint,
    suppression_id: id,
    kind: event.kind,
    at,
    ends_at: "terms" in event ? event.terms.until : null,
    event: toJson(texts.seal(event, id)),
  };
}
