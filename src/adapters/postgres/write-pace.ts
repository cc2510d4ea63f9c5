import { sql } from "kysely";
import type { WritePace } from "../../flows/ports/write-pace.ts";
import type { Database } from "./database.ts";

/** Buckets by the database's clock, which all workers share: one row, changed by one statement, whose lock is the turn. */
export function createWritePace({ kysely }: Pick<Database, "kysely">): WritePace {
  return {
    take: async (id, { name, size, perSecond, leaving }) => {
      // Two workers may change the row in another order than they read the clock.
      const left = sql`least(${size}, known.left_over + ${perSecond} * greatest(0, extract(epoch from clock_timestamp() - known.at)))`;
      const { rows: taken } = await sql<{ left: number }>`
        insert into github_paces as known (id, bucket, left_over, at) values (${id}, ${name}, ${size - 1}, clock_timestamp())
        on conflict (id, bucket) do update
          set left_over = ${left} - 1, at = greatest(known.at, clock_timestamp())
          where ${left} - 1 >= ${leaving}
        returning left_over as left`.execute(kysely);
      if (taken[0]) return { kind: "wait", seconds: Math.max(0, -taken[0].left / perSecond) };
      const { rows: found } = await sql<{ left: number }>`
        select ${left} as left from github_paces known where id = ${id} and bucket = ${name}`.execute(kysely);
      return { kind: "ask-again", seconds: Math.max(0, (leaving + 1 - (found[0]?.left ?? 0)) / perSecond) };
    },
  };
}
