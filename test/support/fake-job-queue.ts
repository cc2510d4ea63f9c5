import type { JobHandlers } from "../../src/adapters/postgres/job-definition.ts";
import type { HandleDelivery, Job, JobQueue } from "../../src/flows/ports/jobs.ts";
import { storeJobs } from "./job-definitions.ts";

type AnyOfThem = Job | HandleDelivery;

export type FakeJobQueue = JobQueue & {
  /** The jobs that wait, oldest first. */
  readonly waiting: () => readonly AnyOfThem[];
  /** Queues all of them, or throws and queues none. */
  readonly enqueueAll: (jobs: readonly AnyOfThem[]) => void;
  /** Runs what waits, and what that queues, until nothing is left. A failing job is tried twice more, then given to `onDead`. */
  readonly drain: (
    handlers: Partial<JobHandlers<AnyOfThem>>,
    onDead?: (job: AnyOfThem) => Promise<void>,
  ) => Promise<void>;
};

/** The job queue in memory, one job at a time; kept honest by the contract that the real one keeps. */
export function fakeJobQueue(): FakeJobQueue {
  let waiting: { readonly job: AnyOfThem; readonly key: string }[] = [];

  const enqueueAll = (jobs: readonly AnyOfThem[]): void => {
    const checked = jobs.map((job) => ({ job: stored(job), key: keyOf(job) }));
    for (const one of checked) add(one);
  };
  const add = (one: { readonly job: AnyOfThem; readonly key: string }): "queued" | "duplicate" => {
    if (waiting.some(({ key }) => key === one.key)) return "duplicate";
    waiting.push(one);
    return "queued";
  };

  return {
    waiting: () => waiting.map(({ job }) => job),
    enqueueAll,
    enqueue: async (job, key) => add({ job: stored(job), key: `${job.name}:${key}` }),
    drain: async (handlers, onDead) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await run(next.job, handlers, onDead);
      waiting = [];
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
function stored(job: AnyOfThem): AnyOfThem {
  storeJobs.jobs[job.name].schema.parse(job.data);
  return JSON.parse(JSON.stringify(job)) as AnyOfThem;
}

function keyOf({ name, data }: AnyOfThem): string {
  const { key } = storeJobs.jobs[name] as { readonly key: (data: object) => string };
  return `${name}:${key(data)}`;
}
