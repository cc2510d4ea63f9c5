import type { WikiReadings } from "../../flows/ports/wikis.ts";
import type { Database } from "./database.ts";

/** How far each wiki was read. */
export function createWikiReadings({ kysely }: Pick<Database, "kysely">): WikiReadings {
  return {
    through: async ({ installationId, repoId }) => {
      const row = await kysely
        .selectFrom("wiki_readings")
        .select("revision")
        .where("installation_id", "=", installationId)
        .where("repo_id", "=", repoId)
        .executeTakeFirst();
      return row?.revision ?? null;
    },
    note: async ({ installationId, repoId }, revision) => {
      await kysely
        .insertInto("wiki_readings")
        .values({ installation_id: installationId, repo_id: repoId, revision })
        .onConflict((conflict) => conflict.columns(["installation_id", "repo_id"]).doUpdateSet({ revision }))
        .execute();
    },
  };
}
