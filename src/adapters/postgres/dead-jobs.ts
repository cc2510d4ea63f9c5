import { sql } from "kysely";
import * as z from "zod";
import type { Database } from "./database.ts";
import type { AnyJob } from "./job-definition.ts";
import type { Enqueuer } from "./job-queue.ts";

/** A job that failed for good. `error` is the kind of its last error: never what it said. */
export type DeadJob = {
  readonly id: string;
  readonly lane: string;
  readonly job: AnyJob;
  readonly queuedAt: string;
  readonly diedAt: string;
  readonly attempts: number;
  readonly error: string;
};

/** The jobs that failed for good, of two weeks: to be looked at, tried again, or forgotten. */
export type DeadJobs = {
  /** The newest first. */
  readonly list: (limit: number) => Promise<readonly DeadJob[]>;
  /** Queues them anew, as they were, and forgets that they died; gives which were. Both or neither, for each. */
  readonly retry: (ids: readonly string[]) => Promise<readonly string[]>;
  /** Forgets them; gives which were. */
  readonly drop: (ids: readonly string[]) => Promise<readonly string[]>;
};

const row = z.object({
  id: z.string(),
  lane: z.string(),
  data: z.object({ name: z.string(), data: z.looseObject({}) }),
  queued_at: z.date(),
  died_at: z.date(),
  retries: z.number().nullable(),
  output: z.looseObject({ error: z.string().optional() }).nullable(),
});

export function createDeadJobs<Job extends AnyJob>(
  { kysely }: Pick<Database, "kysely">,
  queue: Enqueuer<Job>,
): DeadJobs {
  const take = async (
    ids: readonly string[],
    use: (job: Job, in_: typeof kysely) => Promise<unknown>,
  ): Promise<string[]> => {
    const taken: string[] = [];
    for (const id of ids) {
      await kysely.transaction().execute(async (transaction) => {
        const { rows } = await sql<{ data: Job }>`
          delete from pgboss.job where id::text = ${id} and name like '%.dead' returning data`.execute(transaction);
        const [found] = rows;
        if (!found) return;
        await use(found.data, transaction);
        taken.push(id);
      });
    }
    return taken;
  };
  return {
    list: async (limit) => {
      const { rows } = await sql`
        select id::text, name as lane, data, coalesce(source_created_on, created_on) as queued_at, created_on as died_at,
          source_retry_count as retries, source_output as output
        from pgboss.job where name like '%.dead' order by created_on desc limit ${limit}`.execute(kysely);
      return rows.map((one) => {
        const { id, lane, data, queued_at, died_at, retries, output } = row.parse(one);
        return {
          id,
          lane: lane.replace(/\.dead$/, ""),
          job: data,
          queuedAt: queued_at.toISOString(),
          diedAt: died_at.toISOString(),
          attempts: (retries ?? 0) + 1,
          error: output?.error ?? "unknown",
        };
      });
    },
    retry: (ids) => take(ids, (job, transaction) => queue.enqueueIn(transaction, [job])),
    drop: (ids) => take(ids, async () => {}),
  };
}
