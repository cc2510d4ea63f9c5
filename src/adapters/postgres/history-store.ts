import { sql } from "kysely";
import type { RepoRef } from "../../core/change/change.ts";
import { nothingRead, type History, type HistoryProgress } from "../../core/history/history.ts";
import type { HistoryTips } from "../../flows/ports/history-reader.ts";
import type { HistoryStore } from "../../flows/ports/history-store.ts";
import type { Job } from "../../flows/ports/jobs.ts";
import type { Database } from "./database.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";

/** Histories by repository, which keeps its id for good. */
export function createHistoryStore({ kysely }: Pick<Database, "kysely">, queue: Enqueuer<Job>): HistoryStore {
  const beginAll: HistoryStore["beginAll"] = async (repos, reason) => {
    if (repos.length === 0) return;
    const fresh = { reason, state: "waiting", scanner: null, tips: null, progress: toJson(nothingRead), told_at: null };
    // In one order, or two surveys would wait for each other.
    const sorted = repos.toSorted((a, b) => a.repoId - b.repoId);
    const rows = sorted.map((repo) => ({
      repo_id: repo.repoId,
      round: 1,
      installation_id: repo.installationId,
      repo: toJson(repo),
      ...fresh,
    }));
    const jobs = sorted.map(({ installationId, repoId }) => ({
      name: "scan-history" as const,
      data: { installationId, repoId, reason },
    }));
    await kysely.transaction().execute(async (transaction) => {
      await transaction
        .insertInto("histories")
        .values(rows)
        .onConflict((conflict) =>
          conflict.column("repo_id").doUpdateSet({
            ...fresh,
            installation_id: sql<number>`excluded.installation_id`,
            repo: sql<string>`excluded.repo`,
            round: sql<number>`histories.round + 1`,
          }),
        )
        .execute();
      await queue.enqueueIn(transaction, jobs);
    });
  };
  return {
    of: async (repoId) => {
      const row = await kysely.selectFrom("histories").selectAll().where("repo_id", "=", repoId).executeTakeFirst();
      if (!row) return null;
      return {
        repo: row.repo as RepoRef,
        round: row.round,
        reason: row.reason as History["reason"],
        state: row.state as History["state"],
        scanner: row.scanner,
        tips: row.tips as HistoryTips | null,
        progress: row.progress as HistoryProgress,
        toldAt: row.told_at?.toISOString() ?? null,
      };
    },
    begin: (repo, reason) => beginAll([repo], reason),
    beginAll,
    statesOf: async (repoIds) => {
      const asked = sql<boolean>`repo_id = any(${repoIds})`;
      const rows = await kysely.selectFrom("histories").select(["repo", "state"]).where(asked).execute();
      return rows.map(({ repo, state }) => ({ repo: repo as RepoRef, state: state as History["state"] }));
    },
    change: ({ repo, round }, { state, scanner, progress, toldAt, tips }, jobs = []) =>
      kysely.transaction().execute(async (transaction) => {
        const { numUpdatedRows: changed } = await transaction
          .updateTable("histories")
          .set({
            round,
            ...(state !== undefined && { state }),
            ...(scanner !== undefined && { scanner }),
            ...(progress !== undefined && { progress: toJson(progress) }),
            ...(toldAt !== undefined && { told_at: toldAt }),
            ...(tips !== undefined && { tips: tips && toJson(tips) }),
          })
          .where("repo_id", "=", repo.repoId)
          .where("round", "=", round)
          .executeTakeFirst();
        if (changed === 0n) return false;
        await queue.enqueueIn(transaction, jobs);
        return true;
      }),
    settled: async () => {
      const rows = await kysely
        .selectFrom("histories")
        .select(["repo", "state", "scanner"])
        .where("state", "in", ["done", "failed"])
        .orderBy("repo_id")
        .execute();
      return rows.map(({ repo, state, scanner }) => ({
        repo: repo as RepoRef,
        state: state as History["state"],
        scanner,
      }));
    },
  };
}
