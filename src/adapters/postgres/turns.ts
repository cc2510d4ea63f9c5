import { setTimeout as wait } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "./database.ts";

const lookAgainMs = 200;

/**
 * Waits until no other running job of the lane works for the installation, and then holds the turn for as long as the job is
 * running. pg-boss's own limit looks at a snapshot, so that two processes asking at the same moment may both be given a job.
 * Rejects when `signal` aborts.
 */
export async function waitForTurn(
  database: Pick<Database, "kysely">,
  turn: { readonly lane: string; readonly installationId: string; readonly jobId: string },
  signal: AbortSignal,
): Promise<void> {
  while (!(await takeTurn(database, turn))) await wait(lookAgainMs, undefined, { signal });
  signal.throwIfAborted();
}

/** A turn needs no giving back: it is free once the job that has it is not running, for whatever reason. */
async function takeTurn(
  { kysely }: Pick<Database, "kysely">,
  { lane, installationId, jobId }: { readonly lane: string; readonly installationId: string; readonly jobId: string },
): Promise<boolean> {
  return kysely.transaction().execute(async (transaction) => {
    // Without this lock the statement below might judge by a snapshot from before the other job was started.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`keyward turn ${lane} ${installationId}`}, 0))`.execute(
      transaction,
    );
    const { rows } = await sql`
      insert into turns (lane, installation_id, job_id) values (${lane}, ${installationId}, ${jobId})
      on conflict (lane, installation_id) do update set job_id = excluded.job_id
      where turns.job_id = excluded.job_id or not exists (
        select from pgboss.job where name = turns.lane and id = turns.job_id and state = 'active'
      )
      returning job_id`.execute(transaction);
    return rows.length === 1;
  });
}
