import type { Job as BossJob, JobResult, PgBoss } from "pg-boss";
import { z } from "zod";
import { errorKind } from "../../core/errors/error-kind.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { JobTrace } from "../../flows/ports/tracing.ts";
import type { Database } from "./database.ts";
import type { JobDefinition, JobRun, Lane } from "./job-definition.ts";
import { startPlaces, type JobPlaces } from "./job-places.ts";
import { dropPastTurns, forgetTurn, waitForTurn } from "./turns.ts";

type Handle = (data: object, run: JobRun) => Promise<void>;

/** What the workers need to know of jobs, whose types are settled where they are defined. */
export type Work = {
  readonly boss: PgBoss;
  readonly database: Database;
  readonly log: Logger;
  readonly pollSeconds: number;
  readonly definitions: Readonly<Record<string, JobDefinition<object>>>;
  readonly handlers: Readonly<Record<string, Handle>>;
  readonly onDead: (job: { readonly name: string; readonly data: object }) => Promise<void>;
};

/** Where the jobs of a lane go that failed for good. */
export function deadLane(lane: string): string {
  return `${lane}.dead`;
}

/** Starts the workers of a lane, and one for its dead jobs; gives the places of both by their queues. */
export function startLane(work: Work, name: string, lane: Lane): readonly (readonly [string, JobPlaces])[] {
  const { boss, log, pollSeconds } = work;
  const { concurrency: count, ofInstallation } = lane;
  const dead = deadLane(name);
  const both = { boss, log, pollSeconds };
  return [
    [
      name,
      startPlaces({
        ...both,
        queue: name,
        count,
        ofInstallation,
        run: (job) => runJob(work, job, ofInstallation === "in-turn"),
      }),
    ],
    [dead, startPlaces({ ...both, queue: dead, count: 1, ofInstallation: "any", run: (job) => buryJob(work, job) })],
  ];
}

const storedJob = z.strictObject({
  name: z.string(),
  data: z.looseObject({}),
  trace: z.strictObject({ traceparent: z.string(), isLink: z.boolean() }).optional(),
});

type Read =
  | {
      readonly kind: "job";
      readonly name: string;
      readonly data: object;
      readonly handle: Handle;
      readonly turn: string | null;
      readonly trace: JobTrace | undefined;
    }
  | { readonly kind: "foreign"; readonly fields: Readonly<Record<string, unknown>> };

/** Reads a job as it was stored, perhaps by another version of Keyward. Says where it is odd, not what stands there. */
function readJob({ definitions, handlers }: Work, stored: unknown): Read {
  const outer = storedJob.safeParse(stored);
  if (!outer.success) return { kind: "foreign", fields: { problem: "not a job" } };
  const { name, trace } = outer.data;
  const [definition, handle] = [definitions[name], handlers[name]];
  if (!definition || !handle) return { kind: "foreign", fields: { job: name, problem: "an unknown kind of job" } };
  const inner = definition.schema.safeParse(outer.data.data);
  const turn = inner.success ? (definition.turn?.(inner.data) ?? null) : null;
  if (inner.success) return { kind: "job", name, data: inner.data, handle, turn, trace };
  const where = inner.error.issues.map(({ path, code }) => `${path.join(".")}: ${code}`);
  return { kind: "foreign", fields: { job: name, problem: "its data has another shape", where } };
}

/** While an upgrade is under way two versions share the queue: what one does not understand is left to the other's retries. */
function leave({ log }: Work, { id, name }: BossJob, { fields }: Extract<Read, { kind: "foreign" }>): JobResult {
  log.error("a job is not understood by this version of Keyward", { id, queue: name, ...fields });
  return { id, status: "failed", output: { error: "not understood" } };
}

async function runJob(work: Work, job: BossJob, inTurn: boolean): Promise<JobResult> {
  const read = readJob(work, job.data);
  if (read.kind === "foreign") return leave(work, job, read);
  const attempt = job.retryCount + 1;
  try {
    const subject = inTurn ? (job.groupId ?? null) : read.turn && `${read.name} ${read.turn}`;
    const turn = subject === null ? null : { lane: job.name, subject, jobId: job.id };
    if (turn) await waitForTurn(work.database, turn, job.signal);
    await read.handle(read.data, { signal: job.signal, attempt, ...(read.trace && { trace: read.trace }) });
    if (turn && !inTurn) await forgetTurn(work.database, turn);
    return { id: job.id, status: "completed" };
  } catch (cause) {
    const kind = errorKind(cause);
    work.log.warn("a job failed", { job: read.name, id: job.id, attempt, ...kind });
    return { id: job.id, status: "failed", output: { error: kind.error } };
  }
}

async function buryJob(work: Work, job: BossJob): Promise<JobResult> {
  const read = readJob(work, job.data);
  if (read.kind === "foreign") return leave(work, job, read);
  const fields = { job: read.name, id: job.id };
  try {
    work.log.error("a job failed for good", fields);
    await work.onDead({ name: read.name, data: read.data });
    return { id: job.id, status: "completed" };
  } catch (cause) {
    const kind = errorKind(cause);
    work.log.error("a job that failed for good could not be concluded", { ...fields, ...kind });
    return { id: job.id, status: "failed", output: { error: kind.error } };
  }
}

/** Sees to what processes left behind that died. */
export async function clearUp(boss: PgBoss, database: Database): Promise<void> {
  if (database.kind === "embedded") await returnOrphans(boss, database);
  await dropPastTurns(database);
}

/**
 * Returns the jobs that were running when the last process died. Only for the embedded database, which is never another
 * process's: there is no need to wait for their heartbeats to stop.
 */
async function returnOrphans(boss: PgBoss, { pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ name: string; ids: string[] }>(
    "select name, array_agg(id) as ids from pgboss.job where state = 'active' group by name",
  );
  for (const { name, ids } of rows) await boss.fail(name, ids, { error: "its process ended" });
}
