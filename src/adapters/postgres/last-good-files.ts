import type { ConfigFileKey, LastGoodFiles } from "../../flows/ports/keyward-config.ts";
import type { Database } from "./database.ts";

/** Remembers which version of a file of configuration was understood last. */
export function createLastGoodFiles({ kysely }: Pick<Database, "kysely">): LastGoodFiles {
  return {
    of: async (file) => {
      const row = await kysely
        .selectFrom("last_good_files")
        .select("blob")
        .where((row) => row.and(keyOf(file)))
        .executeTakeFirst();
      return row?.blob ?? null;
    },
    note: async (file, blob) => {
      await kysely
        .insertInto("last_good_files")
        .values({ ...keyOf(file), blob })
        .onConflict((conflict) =>
          conflict.columns(["installation_id", "owner", "name", "ref", "path"]).doUpdateSet({ blob }),
        )
        .execute();
    },
  };
}

/** Names are the same in any case, to GitHub. */
const keyOf = ({ installationId, owner, name, ref, path }: ConfigFileKey) => ({
  installation_id: installationId,
  owner: owner.toLowerCase(),
  name: name.toLowerCase(),
  ref,
  path,
});
