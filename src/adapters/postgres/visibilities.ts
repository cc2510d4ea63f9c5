import * as z from "zod";
import type { Visibilities } from "../../flows/ports/visibilities.ts";
import type { Database } from "./database.ts";

const visibility = z.enum(["public", "private", "internal"]);
/** What was noted last is known for so many repositories without asking. */
const mostKnown = 10_000;

/** Nearly every event brings what is known already: that costs nothing. */
export function createVisibilities({ kysely }: Pick<Database, "kysely">): Visibilities {
  const last = new Map<number, string>();
  return {
    note: async (repoId, now, at) => {
      if (last.get(repoId) === now) return;
      const holds = await kysely.transaction().execute(async (transaction) => {
        const known = await transaction
          .selectFrom("visibilities")
          .select(["visibility", "since"])
          .where("repo_id", "=", repoId)
          .orderBy("since", "desc")
          .limit(1)
          .forUpdate()
          .executeTakeFirst();
        if (known && (known.visibility === now || known.since.getTime() >= Date.parse(at))) return known.visibility;
        await transaction
          .insertInto("visibilities")
          .values({ repo_id: repoId, since: at, visibility: now })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return now;
      });
      if (last.size >= mostKnown) last.clear();
      // What came late is not how it is: the next change would be taken for known.
      last.set(repoId, holds);
    },
    of: async (repoId) => {
      const rows = await kysely
        .selectFrom("visibilities")
        .select(["visibility", "since"])
        .where("repo_id", "=", repoId)
        .orderBy("since")
        .execute();
      return rows.map((row) => ({ visibility: visibility.parse(row.visibility), since: row.since.toISOString() }));
    },
  };
}
