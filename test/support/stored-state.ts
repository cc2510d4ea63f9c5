import { join } from "node:path";
import type pg from "pg";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { silentLog } from "./log.ts";

/** Opens the database in the data directory of a Keyward that does not run, for a look or a change. */
export async function inDatabase<T>(dataDir: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const database = await openDatabase({ directory: join(dataDir, "database"), log: silentLog });
  try {
    return await work(database.pool);
  } finally {
    await database.close();
  }
}

/** Forgets the jobs of a kind that are not done, as a database that was restored from a backup does, and lets an hour pass for what waits. */
export const loseJobs =
  (name: string) =>
  async (dataDir: string): Promise<number> =>
    inDatabase(dataDir, async (pool) => {
      const { rowCount } = await pool.query(
        "delete from pgboss.job where data->>'name' = $1 and state in ('created', 'retry', 'active')",
        [name],
      );
      await pool.query("update scopes set changed_at = changed_at - interval '1 hour'");
      return rowCount ?? 0;
    });

/** Lets the time come for which jobs wait. */
export const letTimeCome = (dataDir: string): Promise<void> =>
  inDatabase(dataDir, async (pool) => {
    await pool.query("update pgboss.job set start_after = now() where state = 'created'");
  });

/** Lets the time of every dismissal be over, which takes an hour at least; the ledger refuses changes, so it is asked to look away. */
export const letDismissalsEnd = (dataDir: string): Promise<void> =>
  inDatabase(dataDir, async (pool) => {
    await pool.query("alter table suppression_events disable trigger suppression_events_are_kept");
    await pool.query(
      `update suppression_events
       set ends_at = at + interval '1 millisecond',
         event = jsonb_set(event, '{terms,until}', to_jsonb(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
       where ends_at is not null`,
    );
    await pool.query("alter table suppression_events enable trigger suppression_events_are_kept");
  });
