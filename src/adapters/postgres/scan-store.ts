import { sql, type ExpressionBuilder, type RawBuilder } from "kysely";
import { scopeOf, type Change, type ChangeSource, type RepoRef } from "../../core/change/change.ts";
import type { PlannedJob } from "../../flows/ports/jobs.ts";
import type { Verdict } from "../../core/verdict/verdict.ts";
import type { ScanRecord, ScanStore } from "../../flows/ports/scan-store.ts";
import type { Database } from "./database.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";
import type { Tables } from "./tables.ts";

/** A push may go back to the commit before, and of pushes that are judged at the same time any may be done last. */
const newestOfEach = 8;

type Done = Extract<ScanRecord["result"], { readonly state: "done" }>;

/** Judgements by scope of a head. A repository is known by its id, as it may be renamed between two events. */
export function createScanStore({ kysely }: Pick<Database, "kysely">, queue: Enqueuer<PlannedJob>): ScanStore {
  return {
    begin: async (change) => {
      await upsert(kysely, change, null);
    },
    finish: (change, result, jobs) =>
      kysely.transaction().execute(async (transaction) => {
        await upsert(transaction, change, result);
        await nameFingerprints(transaction, change, result.verdict);
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
        .select(["repo", "scope", "source", "version", "verdict", "commits", "retry"])
        .where("repo_id", "=", repo.repoId)
        .where("head_sha", "=", sha)
        .orderBy("position")
        .execute();
      return rows.map(({ repo, scope, source, version, verdict, commits, retry }): ScanRecord => {
        const result =
          verdict === null ? { state: "running" } : { state: "done", verdict: whole(verdict), commits, retry };
        const head = { repo: repo as RepoRef, sha };
        return { head, scope, source: source as ChangeSource, version, result: result as ScanRecord["result"] };
      });
    },
    told: async (records) => {
      for (const { head, scope, version } of records) {
        await kysely
          .updateTable("scopes")
          .set({ told: true })
          .where("repo_id", "=", head.repo.repoId)
          .where("head_sha", "=", head.sha)
          .where("scope", "=", scope)
          .where("version", "=", version)
          .execute();
      }
    },
    untold: async ({ repo, sha }) => {
      await kysely
        .updateTable("scopes")
        .set(({ eb }) => ({ told: false, version: eb("version", "+", 1), changed_at: sql`now()` }))
        .where("repo_id", "=", repo.repoId)
        .where("head_sha", "=", sha)
        .execute();
    },
    unfinished: async (forSeconds) => {
      const before = sql<Date>`now() - ${forSeconds} * interval '1 second'`;
      const rows = await kysely
        .selectFrom("scopes")
        .select(["repo", "head_sha", "source", "told", sql<boolean>`verdict is null`.as("running")])
        .select(sql<number | null>`case when ${isOverdue(before)} then (retry->>'number')::integer end`.as("retry"))
        .where((is) =>
          is.or([
            is("verdict", "is", null),
            is.and([is("told", "=", false), is.not(othersRun(is))]),
            is.and([is("retry", "is not", null), isOverdue(before)]),
          ]),
        )
        .where("changed_at", "<=", before)
        .orderBy("changed_at")
        .limit(mostSeen)
        .execute();
      const found = rows.map(({ repo, head_sha, source, ...state }) => {
        const change: Change = { repo: repo as RepoRef, head: head_sha, source: source as ChangeSource };
        return { ...state, change };
      });
      const untold = found.filter(({ running, told }) => !running && !told);
      const heads = untold.map(
        ({ change: { repo, head } }) => [`${repo.repoId}:${head}`, { repo, sha: head }] as const,
      );
      return {
        running: found.filter(({ running }) => running).map(({ change }) => change),
        untold: [...new Map(heads).values()],
        overdue: found.flatMap(({ change, retry }) => (retry === null ? [] : { change, retry })),
      };
    },
    eased: async ({ repo, sha }, fingerprints) => {
      if (fingerprints.length === 0) return;
      await kysely
        .updateTable("scope_fingerprints")
        .set({ eased: true })
        .where("repo_id", "=", repo.repoId)
        .where("head_sha", "=", sha)
        .where("fingerprint", "in", fingerprints)
        .execute();
    },
    headsWith: async (installationId, fingerprint) => {
      const { rows } = await sql<{ repo: unknown; head_sha: string }>`
        select distinct on (repo_id, head_sha) repo, head_sha from (
          select repo, repo_id, head_sha, eased, row_number() over (
            partition by repo_id, source ->> 'kind', coalesce(source ->> 'ref', source ->> 'number')
            order by judged_at desc
          ) as age
          from scope_fingerprints join scopes using (repo_id, head_sha, scope)
          where scope_fingerprints.installation_id = ${installationId} and fingerprint = ${fingerprint}
        ) as named
        where age <= ${newestOfEach} or eased`.execute(kysely);
      return rows.map(({ repo, head_sha: sha }) => ({ repo: repo as RepoRef, sha }));
    },
  };
}

/** How many unfinished scopes are looked at in one go, the longest waiting first. */
const mostSeen = 1000;

const isOverdue = (before: RawBuilder<Date>): RawBuilder<boolean> =>
  sql`coalesce((retry->>'at')::timestamptz <= ${before}, false)`;

/** While another question about the head is open, nothing is to be told. */
const othersRun = (is: ExpressionBuilder<Tables, "scopes">) =>
  is.exists(
    is
      .selectFrom("scopes as other")
      .select("other.scope")
      .whereRef("other.repo_id", "=", "scopes.repo_id")
      .whereRef("other.head_sha", "=", "scopes.head_sha")
      .where("other.verdict", "is", null),
  );

/** A judgement from before there was a word for what it lacks. */
const whole = (verdict: unknown): unknown => ({ known: [], ...(verdict as object) });

/** Which secrets the judgement of a scope names. What one says anew is told anew, so whether one was eased begins again too. */
async function nameFingerprints(connection: Database["kysely"], change: Change, verdict: Verdict): Promise<void> {
  const { installationId, repoId } = change.repo;
  const scope = { repo_id: repoId, head_sha: change.head, scope: scopeOf(change.source) };
  await connection
    .deleteFrom("scope_fingerprints")
    .where("repo_id", "=", repoId)
    .where("head_sha", "=", change.head)
    .where("scope", "=", scope.scope)
    .execute();
  const found = [...verdict.blocking, ...verdict.notices, ...verdict.known].map(({ finding }) => finding.fingerprint);
  if (found.length === 0) return;
  await sql`
    insert into scope_fingerprints (installation_id, fingerprint, repo_id, head_sha, scope)
    select ${installationId}::bigint, named, ${repoId}::bigint, ${change.head}, ${scope.scope}
    from unnest(${[...new Set(found)]}::text[]) as named`.execute(connection);
}

async function upsert(connection: Database["kysely"], change: Change, result: Done | null): Promise<void> {
  const state = {
    installation_id: change.repo.installationId,
    repo: toJson(change.repo),
    source: toJson(change.source),
    verdict: result && toJson(result.verdict),
    // Only these: a commit also has text that its author wrote.
    commits: result && toJson(result.commits.map(({ sha, committedAt }) => ({ sha, committedAt }))),
    retry: result?.retry ? toJson(result.retry) : null,
    told: false,
  };
  await connection
    .insertInto("scopes")
    .values({ repo_id: change.repo.repoId, head_sha: change.head, scope: scopeOf(change.source), ...state })
    .onConflict((conflict) =>
      conflict
        .columns(["repo_id", "head_sha", "scope"])
        .doUpdateSet(({ eb }) => ({ ...state, version: eb("scopes.version", "+", 1), changed_at: sql`now()` })),
    )
    .execute();
}
