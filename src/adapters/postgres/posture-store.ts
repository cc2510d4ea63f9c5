import { sql } from "kysely";
import type { RepoRef } from "../../core/change/change.ts";
import type { Standings } from "../../core/posture/stored-posture.ts";
import { fromStored, standingsOf } from "../../core/posture/stored-posture.ts";
import type { Job } from "../../flows/ports/jobs.ts";
import type { PostureFiling, PostureStore, RepositoryPosture } from "../../flows/ports/posture-store.ts";
import type { Database } from "./database.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";
import { createOrganizationPostures } from "./organization-postures.ts";
import { plainTexts, type SealedTexts } from "./sealed-texts.ts";

/** So many weeks are kept: a year, and some to compare it with. */
const weeksKept = 60;

/** Gives it a name that no other has. */
const newLook = sql<string>`gen_random_uuid()`;

const contextOf = (repoId: number): string => `posture of repository ${repoId}`;

/** How repositories stand, one row each, and one for each of the last weeks. Why people waived something is sealed by `texts`. */
export function createPostureStore(
  { kysely }: Pick<Database, "kysely">,
  queue: Enqueuer<Job>,
  texts: SealedTexts = plainTexts,
): PostureStore {
  return {
    ...createOrganizationPostures({ kysely }, queue, texts),
    plan: async (repo, at) => {
      await sql`
        insert into posture_repositories (repo_id, installation_id, repo, next_at)
        values (${repo.repoId}, ${repo.installationId}, ${toJson(repo)}, ${at})
        on conflict (repo_id) do update set
          installation_id = excluded.installation_id,
          repo = excluded.repo,
          planned_at = now(),
          next_at = least(posture_repositories.next_at, excluded.next_at)`.execute(kysely);
    },
    planAll: async (installationId, at, secondsBetween) => {
      await sql`
        update posture_repositories as planned
        set next_at = least(next_at, ${at}::timestamptz + place * ${secondsBetween} * interval '1 second')
        from (
          select repo_id, row_number() over (order by repo_id) - 1 as place
          from posture_repositories where installation_id = ${installationId}
        ) as places
        where planned.repo_id = places.repo_id`.execute(kysely);
    },
    due: async (now, limit) => {
      const rows = await kysely
        .selectFrom("posture_repositories")
        .select("repo")
        .where("next_at", "<=", sql<Date>`${now}::timestamptz`)
        .orderBy("next_at")
        .limit(limit)
        .execute();
      return rows.map(({ repo }) => repo as RepoRef);
    },
    begin: async (repoId, next) => {
      const row = await kysely
        .updateTable("posture_repositories")
        .set({ next_at: next, look: newLook })
        .where("repo_id", "=", repoId)
        .returning(["repo", "look"])
        .executeTakeFirst();
      return row?.look ? { repo: row.repo as RepoRef, look: row.look } : null;
    },
    byId: async (repoId) => {
      const row = await kysely
        .selectFrom("posture_repositories")
        .select(["posture", "filing"])
        .where("repo_id", "=", repoId)
        .executeTakeFirst();
      if (!row) return null;
      const posture = texts.open(row.posture, contextOf(repoId)) as RepositoryPosture | null;
      return { posture, filing: row.filing as PostureFiling | null };
    },
    save: (posture, week, jobs, look) =>
      kysely.transaction().execute(async (transaction) => {
        const { repo, score } = posture;
        const { numUpdatedRows } = await transaction
          .updateTable("posture_repositories")
          .set({
            installation_id: repo.installationId,
            repo: toJson(repo),
            posture: toJson(texts.seal(posture, contextOf(repo.repoId))),
          })
          .where("repo_id", "=", repo.repoId)
          .where("look", "=", look)
          .executeTakeFirst();
        // Forgotten meanwhile, or looked at anew: what this look saw may be older.
        if (numUpdatedRows === 0n) return;
        const standings = toJson(standingsOf(fromStored(posture.results)));
        await transaction
          .insertInto("posture_weeks")
          .values({ repo_id: repo.repoId, week, score, standings })
          .onConflict((conflict) => conflict.columns(["repo_id", "week"]).doUpdateSet({ score, standings }))
          .execute();
        await sql`
          delete from posture_weeks
          where repo_id = ${repo.repoId} and week < ${week}::date - ${7 * weeksKept}::integer`.execute(transaction);
        await queue.enqueueIn(transaction, jobs);
      }),
    noteFiling: async (repoId, filing) => {
      await kysely
        .updateTable("posture_repositories")
        .set({ filing: toJson(filing) })
        .where("repo_id", "=", repoId)
        .execute();
    },
    forget: (repoId, next, look) =>
      kysely.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom("posture_repositories")
          .where("repo_id", "=", repoId)
          .where("next_at", "=", sql<Date>`${next}::timestamptz`)
          .where("look", "=", look)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return;
        for (const table of ["posture_fixes", "setting_changes"] as const)
          await transaction.deleteFrom(table).where("repo_id", "=", repoId).execute();
      }),
    keepOnly: async (installationId, repoIds, since) => {
      await sql`
        delete from posture_repositories
        where installation_id = ${installationId} and repo_id <> all(${[...repoIds]}::bigint[])
          and planned_at < ${since}`.execute(kysely);
    },
    ofInstallation: async (installationId, week) => {
      const { rows } = await sql<{
        repoId: number;
        posture: RepositoryPosture;
        week: string | null;
        score: number | null;
        standings: Standings | null;
      }>`
        select now.repo_id as "repoId", posture, to_char(week, 'YYYY-MM-DD') as week, before.score, before.standings
        from posture_repositories as now
        left join lateral (
          select * from posture_weeks where posture_weeks.repo_id = now.repo_id and week < ${week}::date
          order by week desc limit 1
        ) as before on true
        where installation_id = ${installationId} and posture is not null
        order by now.repo_id`.execute(kysely);
      return rows.map(({ repoId, posture, week: then, score, standings }) => ({
        posture: texts.open(posture, contextOf(repoId)),
        before: then === null || standings === null ? null : { week: then, score, standings },
      }));
    },
  };
}
