import { afterEach, expect, test, vi } from "vitest";
import { openDatabase, type Database, type DatabaseOptions } from "../../../src/adapters/postgres/database.ts";
import { createJobQueue, type DurableJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import type { HandleDelivery, Job } from "../../../src/flows/ports/jobs.ts";
import { startChild } from "../../support/child.ts";
import { embeddedOptions, noServer, serverOptions } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

const job: Job = { name: "sync-issue", data: { installationId: 7, incidentId: "i-1" } };

let database: Database | undefined;
let queue: DurableJobQueue<Job | HandleDelivery> | undefined;
afterEach(async () => {
  await queue?.stop();
  await database?.close();
});

async function openQueue(options: DatabaseOptions): Promise<DurableJobQueue<Job | HandleDelivery>> {
  database = await openDatabase(options);
  queue = await createJobQueue(database, storeJobs, silentLog, { heartbeatSeconds: 10, pollSeconds: 1 });
  return queue;
}

/** Queues a job, has another process take it, and kills that with the job in hand. */
async function killWorkerOf(options: DatabaseOptions): Promise<void> {
  const queue = await openQueue(options);
  await queue.enqueue(job, "k");
  if (options.url === undefined) await closeAll();
  const { url, directory } = options;
  const worker = startChild("adapters/postgres/hanging-worker.child.ts", [JSON.stringify({ url, directory })]);
  await worker.hasSaid(1);
  await worker.kill();
}

async function closeAll(): Promise<void> {
  await queue?.stop();
  await database?.close();
  [queue, database] = [undefined, undefined];
}

/** Works until the job has run; gives its attempt. */
async function attemptOf(queue: DurableJobQueue<Job | HandleDelivery>, timeout: number): Promise<number> {
  let ran = 0;
  const note = async (_: unknown, { attempt }: { readonly attempt: number }): Promise<void> => {
    ran = attempt;
  };
  const handlers = Object.fromEntries(Object.keys(storeJobs.jobs).map((name) => [name, note]));
  await queue.startWorkers(handlers as unknown as Parameters<typeof queue.startWorkers>[0], async () => {});
  await vi.waitUntil(() => ran > 0, { timeout, interval: 20 });
  return ran;
}

test("the embedded database has one process: what it had in hand when it was killed runs again at once", async () => {
  const options = await embeddedOptions();
  await killWorkerOf(options);
  expect(await attemptOf(await openQueue(options), 9000)).toBe(2);
});

test.skipIf(noServer !== null)(
  "on a server the job of a killed worker runs on another once its heartbeat is missed",
  async () => {
    const options = await serverOptions();
    await killWorkerOf(options);
    if (!queue) throw new Error("the queue on the server is still open");
    expect(await attemptOf(queue, 30_000)).toBe(2);
  },
);
