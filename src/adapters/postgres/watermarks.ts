import type { Watermarks } from "../../flows/ports/hook-deliveries.ts";
import type { Database } from "./database.ts";

/** Times by name. A time never goes back: of two workers that write, the later time stays. */
export function createWatermarks({ kysely }: Pick<Database, "kysely">): Watermarks {
  return {
    get: async (name) => {
      const row = await kysely.selectFrom("watermarks").select("at").where("name", "=", name).executeTakeFirst();
      return row?.at.toISOString() ?? null;
    },
    set: async (name, at) => {
      await kysely
        .insertInto("watermarks")
        .values({ name, at })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ at }).where("watermarks.at", "<", new Date(at)))
        .execute();
    },
  };
}
