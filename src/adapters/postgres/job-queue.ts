import { sql, type Kysely } from "kysely";
import { fromKysely, PgBoss, type JobInsert } from "pg-boss";
import { errorKind } from "../../core/errors/error-kind.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { JobTrace } from "../../flows/ports/tracing.ts";
import type { Database } from "./database.ts";
import type { AnyJob, JobDefinition, JobDefinitions, JobHandlers } from "./job-definition.ts";
import type { JobPlaces } from "./job-places.ts";
import { clearUp, deadLane, startLane, type Work } from "./job-workers.ts";
import { toJson } from "./json.ts";
import { pgBossConnection } from "./pg-boss-connection.ts";
import type { Tables } from "./tables.ts";

/** A job does not run before this time (ISO 8601). */
type Planned = { readonly notBefore?: string };

/** Puts jobs into the queue as part of somebody's transaction. */
export type Enqueuer<Job extends AnyJob> = {
  /** Gives how many were queued; the others were queued already. */
  readonly enqueueIn: (transaction: Kysely<Tables>, jobs: readonly (Job & Planned)[]) => Promise<number>;
};

export type DurableJobQueue<Job extends AnyJob> = Enqueuer<Job> & {
  /** Queues one job. `key` stands in for the definition's. */
  readonly enqueue: (job: Job, key?: string) => Promise<"queued" | "duplicate">;
  /** Which of these keys have a job of that kind that runs, is to run now, or is being tried again or concluded. */
  readonly living: (name: Job["name"], keys: readonly string[]) => Promise<ReadonlySet<string>>;
  /**
   * Starts working; once. A job that fails for good is given to `onDead`, at least once and again if that throws, so that
   * nobody waits for it for ever.
   */
  readonly startWorkers: (handlers: JobHandlers<Job>, onDead: (job: Job) => Promise<void>) => Promise<void>;
  /** Stops taking jobs, waits up to `graceMs` for those in hand, and returns the rest to the queue. Leaves the database open. */
  readonly stop: (graceMs?: number) => Promise<void>;
};

export type JobQueueTimes = {
  /** A worker that was not heard of for so long (at least 10) has lost its job. */
  readonly heartbeatSeconds: number;
  /** How often lost and overdue jobs are looked for, and waiting ones of which no notification came. */
  readonly pollSeconds: number;
  /** For how many days jobs are kept that were done, and that failed for good; as it is, or a day and two weeks, without it. */
  readonly keep?: { readonly jobs: number; readonly "failed-jobs": number };
};

/** Together they bring the job of a killed worker back within 30 seconds, its own retry delay aside. */
export const defaultTimes: JobQueueTimes = {
  heartbeatSeconds: 15,
  pollSeconds: 5,
};

const daySeconds = 24 * 60 * 60;

/** pg-boss deletes what waits for longer. Whatever kept it waiting, its webhook was answered: half a century stands for never. */
const waitSeconds = 50 * 365 * daySeconds;

/**
 * The job queue on the database (pg-boss, in a schema of its own). A lane is a pg-boss queue under the policy `short`: one
 * waiting job per key, whatever runs or waits for its retry, as a job that is queued after another has started may bring news.
 * `traceOf` says what a job follows from, which is stored with it.
 */
export async function createJobQueue<Job extends AnyJob>(
  database: Database,
  definitions: JobDefinitions<Job>,
  log: Logger,
  times: JobQueueTimes = defaultTimes,
  traceOf: (job: string) => JobTrace | null = () => null,
): Promise<DurableJobQueue<Job>> {
  const places = new Map<string, JobPlaces>();
  const heard = (queue: string | null): void => {
    for (const [name, { wake }] of places) if (queue === null || queue === name) wake();
  };
  const boss = await startBoss(database, log, times, heard);
  const lanes = Object.entries(definitions.lanes);
  for (const [lane] of lanes) await prepareLane(boss, lane, times);
  // Inside, jobs are told apart by name at run time; their schemas, checked both ways, keep data and handler together.
  const jobs = definitions.jobs as unknown as Work["definitions"];

  const enqueueIn = async (connection: Kysely<Tables>, wanted: readonly Keyed[]): Promise<number> => {
    const rows = wanted.map((job) => toRow(job, jobs, traceOf(job.name)));
    let queued = 0;
    for (const [lane, ofLane] of Map.groupBy(rows, (row) => row.lane)) {
      let left = ofLane.map(({ insert }) => insert);
      while (left.length > 0) {
        const ids = await boss.insert(lane, left, { db: fromKysely(connection), returnId: true });
        queued += ids?.length ?? 0;
        // The embedded database does one transaction after the other.
        const isSeenAtOnce = database.kind === "embedded" || !connection.isTransaction;
        if (isSeenAtOnce || ids?.length === left.length) break;
        const held = await holdWaiting(connection, lane, left);
        left = left.filter(({ singletonKey = "" }) => !held.has(singletonKey));
      }
    }
    return queued;
  };

  return {
    enqueueIn,
    enqueue: async (job, key) => {
      const keyed = key === undefined ? job : { ...job, key };
      return (await enqueueIn(database.kysely, [keyed])) === 1 ? "queued" : "duplicate";
    },
    living: (name, keys) => livingKeys(database, definitionOf(name, jobs).lane, name, keys),
    startWorkers: async (handlers, onDead) => {
      const untyped = { handlers, onDead } as unknown as Pick<Work, "handlers" | "onDead">;
      const work: Work = { boss, database, log, pollSeconds: times.pollSeconds, definitions: jobs, ...untyped };
      await clearUp(boss, database);
      for (const [name, lane] of lanes) for (const [queue, at] of startLane(work, name, lane)) places.set(queue, at);
    },
    stop: async (graceMs = 30_000) => {
      await Promise.all(places.values().map((one) => one.stop(graceMs)));
      await boss.stop({ close: false });
    },
  };
}

/**
 * Keeps those that wait from being taken until the transaction ends: one that was waiting already stands for what is stored with it, and
 * would not see that before. Gives their keys; what is missing was taken since, and does not stand for it.
 */
async function holdWaiting(
  connection: Kysely<Tables>,
  lane: string,
  jobs: readonly JobInsert[],
): Promise<ReadonlySet<string>> {
  const keys = jobs.map(({ singletonKey = "" }) => singletonKey);
  const { rows } = await sql<{ key: string }>`
    select singleton_key as key from pgboss.job
    where name = ${lane} and singleton_key = any(${keys}) and state = 'created'
    order by singleton_key for update`.execute(connection);
  return new Set(rows.map(({ key }) => key));
}

type Keyed = AnyJob & Planned & { readonly key?: string };

function definitionOf(name: string, definitions: Work["definitions"]): JobDefinition<object> {
  const definition = definitions[name];
  if (!definition) throw new Error(`The job ${name} is not defined; known are ${Object.keys(definitions).join(", ")}.`);
  return definition;
}

async function livingKeys(
  { pool }: Database,
  lane: string,
  name: string,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await pool.query<{ key: string }>(
    `select singleton_key as key from pgboss.job
     where name = any($1) and singleton_key = any($2)
       and (state in ('active', 'retry') or (state = 'created' and start_after <= now()))`,
    [[lane, deadLane(lane)], keys.map((key) => `${name}:${key}`)],
  );
  return new Set(rows.map(({ key }) => key.slice(name.length + 1)));
}

function toRow(
  { name, data, key, notBefore }: Keyed,
  definitions: Work["definitions"],
  trace: JobTrace | null,
): { readonly lane: string; readonly insert: JobInsert } {
  const definition = definitionOf(name, definitions);
  const checked = definition.schema.parse(data);
  return {
    lane: definition.lane,
    insert: {
      data: JSON.parse(toJson({ name, data: checked, ...(trace && { trace }) })) as object,
      singletonKey: `${name}:${key ?? definition.key(checked)}`,
      ...groupOf(definition, checked),
      ...(notBefore === undefined ? {} : { startAfter: new Date(notBefore) }),
      priority: typeof definition.priority === "number" ? definition.priority : definition.priority(checked),
      ...retryOf(definition),
      expireInSeconds: definition.expireSeconds,
    },
  };
}

function retryOf({ retry }: JobDefinition<object>): Partial<JobInsert> {
  if (retry.delaySeconds === 0) return { retryLimit: retry.limit, retryDelay: 0, retryBackoff: false };
  const { limit, delaySeconds, maxDelaySeconds } = retry;
  return { retryLimit: limit, retryDelay: delaySeconds, retryDelayMax: maxDelaySeconds, retryBackoff: true };
}

function groupOf(definition: JobDefinition<object>, data: object): Pick<JobInsert, "group"> {
  const installationId = definition.installationId(data);
  return installationId === null ? {} : { group: { id: String(installationId) } };
}

async function startBoss(
  database: Database,
  log: Logger,
  times: JobQueueTimes,
  heard: (queue: string | null) => void,
): Promise<PgBoss> {
  const boss = new PgBoss({
    db: pgBossConnection(database, heard),
    backend: database.kind === "embedded" ? "pglite" : "postgres",
    schema: "pgboss",
    useListenNotify: true,
    superviseIntervalSeconds: times.pollSeconds,
    monitorIntervalSeconds: times.pollSeconds,
    schedule: false,
    registerInstance: false,
    // The embedded database has no autovacuum to watch: it is vacuumed by the clock.
    monitorVacuum: database.kind === "server",
    openTelemetry: { enabled: false },
  });
  boss.on("error", (error) => log.error("the job queue met an error", errorKind(error)));
  boss.on("warning", ({ data }) => log.warn("the job queue warns", { warning: (data as { type?: unknown }).type }));
  // Of several processes that meet an empty database one installs the tables; the others fail once and find them there.
  return boss.start({ attempts: 3 });
}

async function prepareLane(boss: PgBoss, lane: string, { heartbeatSeconds, keep }: JobQueueTimes): Promise<void> {
  const kept = { retentionSeconds: waitSeconds, notify: true };
  const retries = { retryLimit: 10, retryDelay: 1, retryBackoff: true, retryDelayMax: 600 };
  const dead = { ...kept, ...retries, heartbeatSeconds };
  const alive = { ...kept, deadLetter: deadLane(lane), heartbeatSeconds };
  // A person may want to look at what failed for good.
  await boss.createQueue(deadLane(lane), { policy: "standard", ...dead, deleteAfterSeconds: 14 * daySeconds });
  await boss.createQueue(lane, { policy: "short", ...alive, deleteAfterSeconds: daySeconds });
  // Creating a queue that exists leaves its options as they were; so does an update, of those that it does not name.
  const days = (count: number | undefined) => (count === undefined ? {} : { deleteAfterSeconds: count * daySeconds });
  await boss.updateQueue(deadLane(lane), { ...dead, ...days(keep?.["failed-jobs"]) });
  await boss.updateQueue(lane, { ...alive, ...days(keep?.jobs) });
}
