import { afterEach, vi } from "vitest";
import { createJobQueue, type DurableJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import type { JobHandlers } from "../../../src/adapters/postgres/job-definition.ts";
import type { HandleDelivery, Job } from "../../../src/flows/ports/jobs.ts";
import { jobQueueContract } from "../../contracts/job-queue.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { onLane, storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

let lanes = 0;

forEachDatabase((get) => {
  let queue: DurableJobQueue<Job | HandleDelivery> | undefined;
  afterEach(() => queue?.stop());

  const isSettled = async (lane: string): Promise<boolean> => {
    const query = "select from pgboss.job where name like $1 and state < 'completed'";
    return (await get().database.pool.query(query, [`${lane}%`])).rows.length === 0;
  };

  jobQueueContract(async () => {
    const { database } = get();
    lanes += 1;
    const lane = `lane-${lanes}`;
    const times = { heartbeatSeconds: 15, pollSeconds: 1 };
    queue = await createJobQueue(database, onLane(storeJobs, lane), silentLog, times);
    const started = queue;
    return {
      queue,
      enqueueAll: async (jobs) => void (await started.enqueueIn(database.kysely, jobs)),
      work: async (handlers, onDead) => {
        const ignored = Object.fromEntries(Object.keys(storeJobs.jobs).map((name) => [name, async () => {}]));
        await started.startWorkers({ ...ignored, ...handlers } as JobHandlers<Job | HandleDelivery>, onDead);
        await vi.waitUntil(() => isSettled(lane), { timeout: 20_000, interval: 50 });
      },
    };
  });
});
