import { scopeOf, type Change, type ChangeSource, type RepoRef } from "../../core/change/change.ts";
import type { Job } from "../../flows/ports/jobs.ts";
import type { ScanRecord, ScanStore } from "../../flows/ports/scan-store.ts";
import type { Database } from "./database.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";

type Done = Extract<ScanRecord["result"], { readonly state: "done" }>;

/** Judgements by scope of a head. A repository is known by its id, as it may be renamed between two events. */
export function createScanStore({ kysely }: Pick<Database, "kysely">, queue: Enqueuer<Job>): ScanStore {
  return {
    begin: async (change) => {
      await upsert(kysely, change, null);
    },
    finish: (change, result, jobs) =>
      kysely.transaction().execute(async (transaction) => {
        await upsert(transaction, change, result);
        await queue.enqueueIn(transaction, jobs);
      }),
    drop: async (change) => {
      await kysely
        .deleteFrom("scopes")
        .where("repo_id", "=", change.repo.repoId)
        .where("head_sha", "=", change.head)
        .where("scope", "=", scopeOf(change.source))
        .execute();
    },
    scopesOf: async ({ repo, sha }) => {
      const rows = await kysely
        .selectFrom("scopes")
        .select(["repo", "scope", "source", "verdict", "commits"])
        .where("repo_id", "=", repo.repoId)
        .where("head_sha", "=", sha)
        .orderBy("position")
        .execute();
      return rows.map(({ repo, scope, source, verdict, commits }): ScanRecord => {
        const result = verdict === null ? { state: "running" } : { state: "done", verdict, commits };
        const head = { repo: repo as RepoRef, sha };
        return { head, scope, source: source as ChangeSource, result: result as ScanRecord["result"] };
      });
    },
  };
}

async function upsert(connection: Database["kysely"], change: Change, result: Done | null): Promise<void> {
  const state = {
    installation_id: change.repo.installationId,
    repo: toJson(change.repo),
    source: toJson(change.source),
    verdict: result && toJson(result.verdict),
    // Only these: a commit also has text that its author wrote.
    commits: result && toJson(result.commits.map(({ sha, committedAt }) => ({ sha, committedAt }))),
  };
  await connection
    .insertInto("scopes")
    .values({ repo_id: change.repo.repoId, head_sha: change.head, scope: scopeOf(change.source), ...state })
    .onConflict((conflict) => conflict.columns(["repo_id", "head_sha", "scope"]).doUpdateSet(state))
    .execute();
}
