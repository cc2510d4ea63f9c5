import { sql } from "kysely";
import type { Happening } from "../../core/export/happening.ts";
import type { HappeningStore } from "../../flows/ports/happenings.ts";
import type { Job } from "../../flows/ports/jobs.ts";
import type { Database } from "./database.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";

/** Keeps what happened; a row for each sink that is still to be told. */
export function createHappeningStore({ kysely }: Pick<Database, "kysely">, queue: Enqueuer<Job>): HappeningStore {
  return {
    note: (happenings, sinks) =>
      kysely.transaction().execute(async (transaction) => {
        let added = 0;
        for (const happening of happenings) {
          const { id, installationId, at, kind, repoId } = happening;
          const { numInsertedOrUpdatedRows: rows = 0n } = await transaction
            .insertInto("happenings")
            .values({ id, installation_id: installationId, at, kind, repo_id: repoId, happening: toJson(happening) })
            .onConflict((conflict) => conflict.column("id").doNothing())
            .executeTakeFirstOrThrow();
          if (rows === 0n) continue;
          added += 1;
          if (sinks.length === 0) continue;
          await transaction
            .insertInto("happening_tellings")
            .values(sinks.map((sink) => ({ sink, happening_id: id })))
            .execute();
          await queue.enqueueIn(
            transaction,
            sinks.map((sink): Job => ({ name: "tell-happenings", data: { installationId, sink } })),
          );
        }
        return added;
      }),
    untold: async (sink, installationId, limit) => {
      const rows = await kysely
        .selectFrom("happening_tellings")
        .innerJoin("happenings", "happenings.id", "happening_tellings.happening_id")
        .select("happening")
        .where("sink", "=", sink)
        .where("installation_id", "=", installationId)
        .where(sql<boolean>`refused_at is null or refused_at < now() - interval '1 hour'`)
        .orderBy("position")
        .limit(limit)
        .execute();
      return rows.map(({ happening }) => happening as Happening);
    },
    refused: async (sink, id) => {
      await kysely
        .updateTable("happening_tellings")
        .set({ refused_at: sql`now()` })
        .where("sink", "=", sink)
        .where("happening_id", "=", id)
        .execute();
    },
    told: async (sink, id) => {
      await kysely.deleteFrom("happening_tellings").where("sink", "=", sink).where("happening_id", "=", id).execute();
    },
    list: async (kind, limit) => {
      const rows = await kysely
        .selectFrom("happenings")
        .select("happening")
        .where("kind", "=", kind)
        .orderBy("at", "desc")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(({ happening }) => happening as Happening);
    },
  };
}
