import { setTimeout as wait } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "./database.ts";

const lookAgainMs = 200;

/** `subject`: the installation that the jobs of a lane take turns for, or what else two of them must not work at together. */
export type Turn = { readonly lane: string; readonly subject: string; readonly jobId: string };

/**
 * Waits until no other running job of the lane works at the subject, and then holds the turn for as long as the job is
 * running. pg-boss's own limit looks at a snapshot, so that two processes asking at the same moment may both be given a job.
 * Rejects when `signal` aborts.
 */
export async function waitForTurn(database: Pick<Database, "kysely">, turn: Turn, signal: AbortSignal): Promise<void> {
  while (!(await takeTurn(database, turn))) await wait(lookAgainMs, undefined, { signal });
  signal.throwIfAborted();
}

/** A turn need not be given back: it is free once the job that has it is not running, for whatever reason. */
async function takeTurn({ kysely }: Pick<Database, "kysely">, { lane, subject, jobId }: Turn): Promise<boolean> {
  return kysely.transaction().execute(async (transaction) => {
    // Without this lock the statement below might judge by a snapshot from before the other job was started.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`keyward turn ${lane} ${subject}`}, 0))`.execute(
      transaction,
    );
    const { rows } = await sql`
      insert into turns (lane, installation_id, job_id) values (${lane}, ${subject}, ${jobId})
      on conflict (lane, installation_id) do update set job_id = excluded.job_id
      where turns.job_id = excluded.job_id or not exists (
        select from pgboss.job where name = turns.lane and id = turns.job_id and state = 'active'
      )
      returning job_id`.execute(transaction);
    return rows.length === 1;
  });
}

/** Forgets a turn whose work is done: of heads and repositories there is no end. */
export async function forgetTurn({ kysely }: Pick<Database, "kysely">, { lane, subject, jobId }: Turn): Promise<void> {
  await sql`
    delete from turns where lane = ${lane} and installation_id = ${subject} and job_id = ${jobId}`.execute(kysely);
}

/** Drops the turns of jobs that died with them. One that is taken anew meanwhile is another job's, and stays. */
export async function dropPastTurns({ kysely }: Pick<Database, "kysely">): Promise<void> {
  await sql`
    delete from turns using (
      select lane, installation_id, job_id from turns where not exists (
        select from pgboss.job where name = turns.lane and id = turns.job_id and state = 'active')
    ) as past
    where turns.lane = past.lane and turns.installation_id = past.installation_id and turns.job_id = past.job_id`.execute(
    kysely,
  );
}
