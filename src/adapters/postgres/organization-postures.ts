import { sql } from "kysely";
import type { Job } from "../../flows/ports/jobs.ts";
import type { OrganizationPosture, OrganizationPostures, PostureFiling } from "../../flows/ports/posture-store.ts";
import type { Database } from "./database.ts";
import type { Enqueuer } from "./job-queue.ts";
import { toJson } from "./json.ts";
import type { SealedTexts } from "./sealed-texts.ts";

const contextOf = (installationId: number): string => `posture of installation ${installationId}`;

/** How organizations stand, one row each, by their installation. */
export function createOrganizationPostures(
  { kysely }: Pick<Database, "kysely">,
  queue: Enqueuer<Job>,
  texts: SealedTexts,
): OrganizationPostures {
  return {
    planOrganization: async ({ installationId, owner }, at) => {
      await sql`
        insert into posture_organizations (installation_id, owner, next_at) values (${installationId}, ${owner}, ${at})
        on conflict (installation_id) do update set
          owner = excluded.owner,
          planned_at = now(),
          next_at = least(posture_organizations.next_at, excluded.next_at)`.execute(kysely);
    },
    dueOrganizations: async (now, limit) => {
      const rows = await kysely
        .selectFrom("posture_organizations")
        .select(["installation_id", "owner"])
        .where("next_at", "<=", sql<Date>`${now}::timestamptz`)
        .orderBy("next_at")
        .limit(limit)
        .execute();
      return rows.map(({ installation_id: installationId, owner }) => ({ installationId, owner }));
    },
    beginOrganization: async (installationId, next) => {
      const row = await kysely
        .updateTable("posture_organizations")
        .set({ next_at: next, look: sql<string>`gen_random_uuid()` })
        .where("installation_id", "=", installationId)
        .returning("look")
        .executeTakeFirst();
      return row?.look ?? null;
    },
    organization: async (installationId) => {
      const row = await kysely
        .selectFrom("posture_organizations")
        .select(["posture", "filing"])
        .where("installation_id", "=", installationId)
        .executeTakeFirst();
      if (!row) return null;
      const posture = texts.open(row.posture, contextOf(installationId)) as OrganizationPosture | null;
      return { posture, filing: row.filing as PostureFiling | null };
    },
    saveOrganization: (posture, jobs, look) =>
      kysely.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable("posture_organizations")
          .set({ owner: posture.owner, posture: toJson(texts.seal(posture, contextOf(posture.installationId))) })
          .where("installation_id", "=", posture.installationId)
          .where("look", "=", look)
          .executeTakeFirst();
        if (numUpdatedRows > 0n) await queue.enqueueIn(transaction, jobs);
      }),
    noteSummary: async (installationId, filing) => {
      await kysely
        .updateTable("posture_organizations")
        .set({ filing: toJson(filing) })
        .where("installation_id", "=", installationId)
        .execute();
    },
    keepOnlyInstallations: async (installationIds, since) => {
      for (const table of ["posture_organizations", "posture_repositories"] as const)
        await sql`
          delete from ${sql.table(table)}
          where installation_id <> all(${[...installationIds]}::bigint[]) and planned_at < ${since}`.execute(kysely);
    },
  };
}
