import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { SinkTurns } from "../../flows/ports/sinks.ts";
import type { Database } from "./database.ts";

/** Longer than a sink may take to answer; whoever died with a turn holds it up for no longer. */
const minutes = 2;

/** Turns among all processes on the database. */
export function createSinkTurns({ kysely }: Pick<Database, "kysely">): SinkTurns {
  return {
    take: async (sink, what) => {
      const holder = randomUUID();
      const { rows } = await sql`
        insert into sink_turns as held (sink, what, holder, until)
        values (${sink}, ${what}, ${holder}, now() + make_interval(mins => ${minutes}))
        on conflict (sink, what) do update set holder = excluded.holder, until = excluded.until where held.until < now()
        returning holder`.execute(kysely);
      if (rows.length === 0) return null;
      return {
        keep: async () => {
          const { numAffectedRows = 0n } = await sql`
            update sink_turns set until = now() + make_interval(mins => ${minutes})
            where sink = ${sink} and what = ${what} and holder = ${holder}`.execute(kysely);
          if (numAffectedRows === 0n)
            throw new Error(`the turn to tell the sink ${sink} was lost; somebody else has it`);
        },
        giveBack: async () => {
          await sql`delete from sink_turns where sink = ${sink} and what = ${what} and holder = ${holder}`.execute(
            kysely,
          );
        },
      };
    },
  };
}
