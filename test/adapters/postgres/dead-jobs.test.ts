import { expect, it } from "vitest";
import { createDeadJobs } from "../../../src/adapters/postgres/dead-jobs.ts";
import { createJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { onLane, storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

forEachDatabase((get) => {
  it("a job that failed for good is listed without what its error said, and runs when it is tried again", async () => {
    const { database } = get();
    const queue = await createJobQueue(database, onLane(storeJobs, "mortal"), silentLog);
    const dead = createDeadJobs(database, queue);
    const ran: number[] = [];
    let works = false;
    const handlers = new Proxy({} as never, {
      get:
        () =>
        async (_: object, { attempt }: { attempt: number }) => {
          ran.push(attempt);
          if (!works) throw new RangeError("with words that could quote anything");
        },
    });
    const buried: string[] = [];
    await queue.startWorkers(handlers, async ({ name }) => void buried.push(name));
    const data = { guid: "g-1", event: "push", installationId: 7 };
    await queue.enqueue({ name: "handle-delivery", data });
    await expect.poll(() => buried, { timeout: 30_000 }).toEqual(["handle-delivery"]);
    const [job, ...others] = await dead.list(10);
    expect(others).toEqual([]);
    expect(job).toMatchObject({
      lane: "mortal",
      job: { name: "handle-delivery", data },
      attempts: 3,
      error: "RangeError",
    });
    expect(JSON.stringify(job)).not.toContain("with words");
    works = true;
    expect(await dead.retry(["00000000-0000-0000-0000-000000000000"])).toEqual([]);
    expect(await dead.retry([job?.id ?? ""])).toEqual([job?.id]);
    await expect.poll(() => ran, { timeout: 30_000 }).toEqual([1, 2, 3, 1]);
    expect(await dead.list(10)).toEqual([]);
    expect(await dead.retry([job?.id ?? ""])).toEqual([]);
    await queue.stop();
  });
});
