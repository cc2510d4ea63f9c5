import type { JobHandlers } from "../../src/adapters/postgres/job-definition.ts";
import type { HandleDelivery, Job, JobQueue, LivingJobs } from "../../src/flows/ports/jobs.ts";
import { storeJobs } from "./job-definitions.ts";

type AnyOfThem = Job | HandleDelivery;
type Planned = AnyOfThem & { readonly notBefore?: string };
type Waiting = { readonly job: Planned; readonly key: string };

export type FakeJobQueue = JobQueue & {
  readonly living: LivingJobs;
  /** The jobs that wait, oldest first. */
  readonly waiting: () => readonly AnyOfThem[];
  /** Queues all of them, or throws and queues none. */
  readonly enqueueAll: (jobs: readonly Planned[]) => void;
  /**
   * Runs what waits, and what that queues, until nothing is left but what is to wait beyond `now` (ISO 8601). A failing job is
   * tried twice more, then given to `onDead`.
   */
  readonly drain: (
    handlers: Partial<JobHandlers<AnyOfThem>>,
    onDead?: (job: AnyOfThem) => Promise<void>,
    now?: string,
  ) => Promise<void>;
};

/** The job queue in memory, one job at a time; kept honest by the contract that the real one keeps. */
export function fakeJobQueue(): FakeJobQueue {
  let waiting: Waiting[] = [];
  let running: Waiting | undefined;

  const enqueueAll = (jobs: readonly Planned[]): void => {
    const checked = jobs.map((job) => ({ job: stored(job), key: keyOf(job) }));
    for (const one of checked) add(one);
  };
  const add = (one: Waiting): "queued" | "duplicate" => {
    if (waiting.some(({ key }) => key === one.key)) return "duplicate";
    waiting.push(one);
    return "queued";
  };
  const take = (now: string): Waiting | undefined => {
    const [next] = waiting
      .filter(({ job }) => (job.notBefore ?? "") <= now)
      .toSorted((a, b) => (a.job.notBefore ?? "").localeCompare(b.job.notBefore ?? ""));
    waiting = waiting.filter((one) => one !== next);
    return next;
  };

  return {
    waiting: () => waiting.map(({ job }) => job),
    enqueueAll,
    enqueue: async (job, key) => add({ job: stored(job), key: `${job.name}:${key}` }),
    living: async (name, keys) => {
      const due = waiting.filter(({ job }) => job.notBefore === undefined);
      const alive = new Set([...due, ...(running ? [running] : [])].map(({ key }) => key));
      return new Set(keys.filter((key) => alive.has(`${name}:${key}`)));
    },
    drain: async (handlers, onDead, now = "") => {
      for (running = take(now); running; running = take(now)) await run(running.job, handlers, onDead);
    },
  };
}

async function run(
  job: AnyOfThem,
  handlers: Partial<JobHandlers<AnyOfThem>>,
  onDead?: (job: AnyOfThem) => Promise<void>,
): Promise<void> {
  const { limit } = storeJobs.jobs[job.name].retry;
  const handle = handlers[job.name] as ((data: object, run: object) => Promise<void>) | undefined;
  for (let attempt = 1; attempt <= 1 + limit; attempt += 1) {
    try {
      await handle?.(job.data, { attempt, signal: new AbortController().signal });
      return;
    } catch (error) {
      if (attempt > limit && !onDead) throw error;
    }
  }
  await onDead?.(job);
}

/** As the database would give it back: without what JSON has no word for. */
function stored(job: Planned): Planned {
  storeJobs.jobs[job.name].schema.parse(job.data);
  return JSON.parse(JSON.stringify(job)) as Planned;
}

function keyOf({ name, data }: AnyOfThem): string {
  const { key } = storeJobs.jobs[name] as { readonly key: (data: object) => string };
  return `${name}:${key(data)}`;
}
