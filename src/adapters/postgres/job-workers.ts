import type { Job as BossJob, JobResult, PgBoss, WorkOptions } from "pg-boss";
import { z } from "zod";
import type { Logger } from "../../flows/ports.ts";
import type { Database } from "./database.ts";
import { errorKind } from "./error-kind.ts";
import type { JobDefinition, JobRun, Lane } from "./job-definition.ts";
import { waitForTurn } from "./turns.ts";

/** What the workers need to know of jobs, whose types are settled where they are defined. */
export type Work = {
  readonly boss: PgBoss;
  readonly database: Database;
  readonly log: Logger;
  readonly pollSeconds: number;
  readonly definitions: Readonly<Record<string, JobDefinition<object>>>;
  readonly handlers: Readonly<Record<string, (data: object, run: JobRun) => Promise<void>>>;
  readonly onDead: (job: { readonly name: string; readonly data: object }) => Promise<void>;
};

/** Where the jobs of a lane go that failed for good. */
export function deadLane(lane: string): string {
  return `${lane}.dead`;
}

/** Starts the workers of a lane, and one for its dead jobs. */
export async function startLane(work: Work, name: string, lane: Lane): Promise<void> {
  for (let slot = 0; slot < lane.concurrency; slot += 1) {
    await startSlot(work, name, lane.onePerInstallation ? { groupConcurrency: 1 } : {}, (job) =>
      runJob(work, job, lane.onePerInstallation),
    );
  }
  await startSlot(work, deadLane(name), {}, (job) => buryJob(work, job));
}

/**
 * One worker that takes one job at a time: in a batch a slow job would hold up the others. pg-boss sleeps after each job until
 * the next poll or notification, so the worker is woken to look for more.
 */
async function startSlot(
  { boss, pollSeconds }: Work,
  queue: string,
  options: WorkOptions,
  run: (job: BossJob) => Promise<JobResult>,
): Promise<void> {
  const worker: { id?: string } = {};
  const polling = { pollingIntervalSeconds: pollSeconds, notifyPollingIntervalSeconds: pollSeconds };
  worker.id = await boss.work(queue, { ...options, ...polling, perJobResults: true }, async (jobs: BossJob[]) => {
    const results: JobResult[] = [];
    for (const job of jobs) results.push(await run(job));
    if (worker.id !== undefined) boss.notifyWorker(worker.id);
    return results;
  });
}

const storedJob = z.strictObject({ name: z.string(), data: z.looseObject({}) });

type Taken =
  | { readonly kind: "taken"; readonly name: string; readonly data: object; readonly definition: JobDefinition<object> }
  | { readonly kind: "invalid"; readonly fields: Readonly<Record<string, unknown>> };

/** Reads a job as it was stored, perhaps by another version of Keyward. Says where it is wrong, not what stands there. */
function takeJob({ definitions }: Work, stored: unknown): Taken {
  const outer = storedJob.safeParse(stored);
  if (!outer.success) return { kind: "invalid", fields: { problem: "not a job" } };
  const { name } = outer.data;
  const definition = definitions[name];
  if (!definition) return { kind: "invalid", fields: { job: name, problem: "a kind of job that is not known" } };
  const inner = definition.schema.safeParse(outer.data.data);
  if (inner.success) return { kind: "taken", name, data: inner.data, definition };
  const where = inner.error.issues.map(({ path, code }) => `${path.join(".")}: ${code}`);
  return { kind: "invalid", fields: { job: name, problem: "its data has another shape", where } };
}

async function runJob(work: Work, job: BossJob, onePerInstallation: boolean): Promise<JobResult> {
  const taken = takeJob(work, job.data);
  if (taken.kind === "invalid") {
    work.log.error("a job cannot be understood; it is put aside", { id: job.id, queue: job.name, ...taken.fields });
    return { id: job.id, status: "deadletter", output: { error: "invalid" } };
  }
  const fields = { job: taken.name, id: job.id, attempt: job.retryCount + 1 };
  try {
    if (onePerInstallation && typeof job.groupId === "string") {
      const turn = { lane: job.name, installationId: job.groupId, jobId: job.id };
      await waitForTurn(work.database, turn, job.signal);
    }
    await work.handlers[taken.name]?.(taken.data, { signal: job.signal, attempt: job.retryCount + 1 });
    return { id: job.id, status: "completed" };
  } catch (cause) {
    const kind = errorKind(cause);
    work.log.warn("a job failed", { ...fields, retries: taken.definition.retry.limit, ...kind });
    return { id: job.id, status: "failed", output: { error: kind.error } };
  }
}

async function buryJob(work: Work, job: BossJob): Promise<JobResult> {
  const taken = takeJob(work, job.data);
  if (taken.kind === "invalid") return { id: job.id, status: "completed" };
  const fields = { job: taken.name, id: job.id };
  try {
    work.log.error("a job failed for good", fields);
    await work.onDead({ name: taken.name, data: taken.data });
    return { id: job.id, status: "completed" };
  } catch (cause) {
    const kind = errorKind(cause);
    work.log.error("a job that failed for good could not be concluded", { ...fields, ...kind });
    return { id: job.id, status: "failed", output: { error: kind.error } };
  }
}

/**
 * Returns the jobs that were running when the last process died. Only for the embedded database, which is never another
 * process's: there is no need to wait for their heartbeats to stop.
 */
export async function returnOrphans(boss: PgBoss, { pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ name: string; ids: string[] }>(
    "select name, array_agg(id) as ids from pgboss.job where state = 'active' group by name",
  );
  for (const { name, ids } of rows) await boss.fail(name, ids, { error: "its process ended" });
}
