import { expect, test } from "vitest";
import type { JobHandlers } from "../../src/adapters/postgres/job-definition.ts";
import type { HandleDelivery, Job, JobQueue, LivingJobs, PlannedJob } from "../../src/flows/ports/jobs.ts";
import { aChange, aRepo } from "../support/builders.ts";

type Handlers = Partial<JobHandlers<Job | HandleDelivery>>;

export type JobQueueUnderTest = {
  readonly queue: JobQueue & { readonly living: LivingJobs };
  /** Queues jobs as a store does: in a transaction, under their own keys. */
  readonly enqueueAll: (jobs: readonly PlannedJob[]) => Promise<void>;
  /** Works until nothing waits and nothing runs; two retries. Called once for each queue. */
  readonly work: (handlers: Handlers, onDead: (job: Job | HandleDelivery) => Promise<void>) => Promise<void>;
};

const scan = (repoId: number): Job => ({ name: "scan-change", data: { change: aChange({ repo: aRepo({ repoId }) }) } });
const sync = (incidentId: string): Job => ({ name: "sync-issue", data: { installationId: 7, incidentId } });
const nobodyDies = async (job: { readonly name: string }): Promise<void> => {
  throw new Error(`unexpected: ${job.name} failed for good`);
};

/** What every `JobQueue` promises. `make` gives an empty one. */
export function jobQueueContract(make: () => Promise<JobQueueUnderTest>): void {
  test("a queued job reaches its handler with its data", async () => {
    const { queue, work } = await make();
    const seen: unknown[] = [];
    expect(await queue.enqueue(scan(1), "a")).toBe("queued");
    await work({ "scan-change": async (data) => void seen.push(data) }, nobodyDies);
    expect(seen).toEqual([scan(1).data]);
  });

  test("while a job waits, another with its key is a duplicate and does not run", async () => {
    const { queue, work } = await make();
    const seen: number[] = [];
    expect(await queue.enqueue(scan(1), "same")).toBe("queued");
    expect(await queue.enqueue(scan(2), "same")).toBe("duplicate");
    await work({ "scan-change": async ({ change }) => void seen.push(change.repo.repoId) }, nobodyDies);
    expect(seen).toEqual([1]);
  });

  test("another key, and the same key for another kind of job, are other jobs", async () => {
    const { queue, work } = await make();
    const seen: string[] = [];
    expect(await queue.enqueue(scan(1), "same")).toBe("queued");
    expect(await queue.enqueue(sync("i-1"), "same")).toBe("queued");
    expect(await queue.enqueue(scan(2), "other")).toBe("queued");
    await work(
      { "scan-change": async () => void seen.push("scan"), "sync-issue": async () => void seen.push("sync") },
      nobodyDies,
    );
    expect(seen.toSorted()).toEqual(["scan", "scan", "sync"]);
  });

  test("while a job runs, one with its key is queued (it may bring news) and runs after it", async () => {
    const { queue, work } = await make();
    const outcomes: string[] = [];
    let runs = 0;
    await queue.enqueue(sync("i-1"), "i-1");
    await work(
      {
        "sync-issue": async () => {
          runs += 1;
          if (runs > 1) return;
          outcomes.push(await queue.enqueue(sync("i-1"), "i-1"), await queue.enqueue(sync("i-1"), "i-1"));
        },
      },
      nobodyDies,
    );
    expect(outcomes).toEqual(["queued", "duplicate"]);
    expect(runs).toBe(2);
  });

  test("a finished job's key is free again", async () => {
    const { queue, work } = await make();
    const outcomes: string[] = [];
    await queue.enqueue(sync("i-1"), "i-1");
    await queue.enqueue(scan(1), "later");
    await work({ "scan-change": async () => void outcomes.push(await queue.enqueue(sync("i-1"), "i-1")) }, nobodyDies);
    expect(outcomes).toEqual(["queued"]);
  });

  test("a job that fails is tried again", async () => {
    const { queue, work } = await make();
    const attempts: number[] = [];
    await queue.enqueue(sync("i-1"), "i-1");
    await work(
      {
        "sync-issue": async (_, { attempt }) => {
          attempts.push(attempt);
          if (attempt < 3) throw new Error("not yet");
        },
      },
      nobodyDies,
    );
    expect(attempts).toEqual([1, 2, 3]);
  });

  test("a job that fails each time is given up, and told about once; the others run", async () => {
    const { queue, work } = await make();
    const dead: unknown[] = [];
    const seen: string[] = [];
    await queue.enqueue(sync("poison"), "poison");
    await queue.enqueue(sync("fine"), "fine");
    await work(
      {
        "sync-issue": async ({ incidentId }) => {
          seen.push(incidentId);
          if (incidentId === "poison") throw new Error("always");
        },
      },
      async (job) => void dead.push(job),
    );
    expect(dead).toEqual([sync("poison")]);
    expect(seen.toSorted()).toEqual(["fine", "poison", "poison", "poison"]);
  });

  test("a job that is to wait runs when its time has come, and does not hold up others meanwhile", async () => {
    const { enqueueAll, work } = await make();
    const seen: string[] = [];
    const notBefore = new Date(Date.now() + 1000).toISOString();
    await enqueueAll([{ ...sync("later"), notBefore }, sync("now")]);
    await work({ "sync-issue": async ({ incidentId }) => void seen.push(incidentId) }, nobodyDies);
    expect(seen).toEqual(["now", "later"]);
  });

  test("a job lives while it waits for its turn and while it runs; not before its time, nor once it is done", async () => {
    const { queue, enqueueAll, work } = await make();
    const keys = ["i-1", "i-2", "i-3"];
    await enqueueAll([sync("i-1"), { ...sync("i-2"), notBefore: new Date(Date.now() + 1500).toISOString() }]);
    expect([...(await queue.living("sync-issue", keys))]).toEqual(["i-1"]);
    const whileRunning: string[][] = [];
    await work(
      {
        "sync-issue": async ({ incidentId }) =>
          void (incidentId === "i-1" && whileRunning.push([...(await queue.living("sync-issue", keys))])),
      },
      nobodyDies,
    );
    expect(whileRunning).toEqual([["i-1"]]);
    expect([...(await queue.living("sync-issue", keys))]).toEqual([]);
  });

  test("data of another shape is refused when it is queued", async () => {
    const { queue } = await make();
    const odd = { name: "sync-issue", data: { installationId: "seven" } } as unknown as Job;
    await expect(queue.enqueue(odd, "odd")).rejects.toThrow(/expected number/i);
  });
}
