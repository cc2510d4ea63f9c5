import { sql } from "kysely";
import type { RequestBudget } from "../../flows/ports/request-budget.ts";
import type { Database } from "./database.ts";

/** Budgets by the database's clock, which all workers share: one row, changed by one statement, whose lock is the turn. */
export function createRequestBudget({ kysely }: Pick<Database, "kysely">): RequestBudget {
  return {
    take: async (id, { requests, size, perSecond, leaving, leavingOfHour }, seen) => {
      const now = sql`clock_timestamp()`;
      // Two workers may change the row in another order than they read the clock.
      const left = sql`least(${size}, known.left_over + ${perSecond} * greatest(0, extract(epoch from ${now} - known.at)))`;
      // What this worker saw last may be of an hour before the one that another worker has seen.
      const seenLast = (column: string): ReturnType<typeof sql> =>
        sql`case when excluded.hour_resets_at >= coalesce(known.hour_resets_at, '-infinity')
          then excluded.${sql.ref(column)} else known.${sql.ref(column)} end`;
      const othersHour = (of: (column: string) => ReturnType<typeof sql>): ReturnType<typeof sql> =>
        sql`coalesce(${of("hour_resets_at")} > ${now} and ${of("hour_left")} - ${requests} < ${of("hour_limit")} * ${leavingOfHour}::float8, false)`;
      const granted = sql`(${left} - ${requests} >= ${leaving} and not ${othersHour(seenLast)})`;
      const { rows } = await sql<Row>`
        insert into github_budgets as known (id, left_over, at, granted, hour_limit, hour_left, hour_resets_at)
        values (${id}, ${size - requests}, ${now}, true, ${seen?.limit ?? null}, ${seen?.left ?? null}, to_timestamp(${seen?.resetsAt ?? null}))
        on conflict (id) do update set
          left_over = ${left} - case when ${granted} then ${requests} else 0 end,
          at = greatest(known.at, ${now}),
          granted = ${granted},
          hour_limit = ${seenLast("hour_limit")},
          hour_left = ${seenLast("hour_left")},
          hour_resets_at = ${seenLast("hour_resets_at")}
        returning granted, left_over as left, ${othersHour((column) => sql.ref(`known.${column}`))} as others,
          extract(epoch from hour_resets_at - ${now})::float8 as rest`.execute(kysely);
      const row = rows[0];
      if (!row) throw new Error("the budget of an installation was not stored");
      if (row.granted) return { kind: "wait", seconds: Math.max(0, -row.left / perSecond) };
      if (row.others) return { kind: "ask-again", seconds: Math.max(1, row.rest ?? 1), limit: "primary" };
      const seconds = Math.max(0, (leaving + requests - row.left) / perSecond);
      return { kind: "ask-again", seconds, limit: "secondary" };
    },
  };
}

type Row = {
  readonly granted: boolean;
  readonly left: number;
  /** Whether what is left of the hour is to be left for others. */
  readonly others: boolean;
  /** For how many seconds the hour goes on, if one is known. */
  readonly rest: number | null;
};
