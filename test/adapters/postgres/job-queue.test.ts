import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { openDatabase, type Database } from "../../../src/adapters/postgres/database.ts";
import type {
  JobDefinition,
  JobDefinitions,
  JobHandlers,
  Lane,
} from "../../../src/adapters/postgres/job-definition.ts";
import { createJobQueue, type DurableJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import type { Logger } from "../../../src/flows/ports/system.ts";
import { forEachDatabase, onServer } from "../../support/databases.ts";
import { rememberingLog, silentLog } from "../../support/log.ts";

type Data = { readonly installationId: number; readonly label: string };
type Step = { readonly name: "write"; readonly data: Data } | { readonly name: "read"; readonly data: Data };
type Queue = DurableJobQueue<Step>;

const step = (label: string, installationId = 7): Step => ({ name: "write", data: { installationId, label } });

const definition: Omit<JobDefinition<Data>, "lane"> = {
  schema: z.strictObject({ installationId: z.number(), label: z.string() }),
  key: ({ installationId, label }) => `${installationId} ${label}`,
  installationId: ({ installationId }) => installationId,
  retry: { limit: 1, delaySeconds: 0, maxDelaySeconds: 0 },
  expireSeconds: 60,
  priority: 0,
};

let lanes = 0;
/** Definitions on a lane of a test's own. */
function definitions(lane: Partial<Lane> = {}, change: Partial<JobDefinition<Data>> = {}): JobDefinitions<Step> {
  lanes += 1;
  const name = `steps-${lanes}`;
  const job = { ...definition, lane: name, ...change };
  return {
    lanes: { [name]: { concurrency: 4, ofInstallation: "any", ...lane } },
    jobs: { write: job, read: { ...job, priority: 5 } },
  };
}

const queues: Queue[] = [];
const databases: Database[] = [];
afterEach(async () => {
  for (const queue of queues.splice(0)) await queue.stop(1000);
  for (const database of databases.splice(0)) await database.close();
});

const times = { heartbeatSeconds: 10, pollSeconds: 1 };
const never = async (): Promise<void> => {};

async function open(
  database: Database,
  defined: JobDefinitions<Step>,
  options: { readonly log?: Logger; readonly pollSeconds?: number } = {},
): Promise<Queue> {
  const { log = silentLog, pollSeconds = times.pollSeconds } = options;
  const queue = await createJobQueue(database, defined, log, { ...times, pollSeconds });
  queues.push(queue);
  return queue;
}

const both = (handle: JobHandlers<Step>["write"]): JobHandlers<Step> => ({ write: handle, read: handle });

/** Counts how many run at once, altogether and at most for one installation. */
function overlap(): { readonly handle: JobHandlers<Step>["write"]; readonly seen: Seen } {
  const running = new Map<number, number>();
  const seen: Seen = { done: 0, mostOfOne: 0, mostOfAll: 0 };
  return {
    seen,
    handle: async ({ installationId }) => {
      running.set(installationId, (running.get(installationId) ?? 0) + 1);
      const all = [...running.values()];
      seen.mostOfOne = Math.max(seen.mostOfOne, ...all);
      seen.mostOfAll = Math.max(
        seen.mostOfAll,
        all.reduce((a, b) => a + b),
      );
      await wait(15);
      running.set(installationId, (running.get(installationId) ?? 0) - 1);
      seen.done += 1;
    },
  };
}
type Seen = { done: number; mostOfOne: number; mostOfAll: number };

const settled = (reached: () => boolean): Promise<boolean> => vi.waitUntil(reached, { timeout: 20_000, interval: 10 });

forEachDatabase((get) => {
  test("one installation's jobs run one after the other, whatever their kind; installations side by side", async () => {
    const queue = await open(get().database, definitions({ ofInstallation: "in-turn" }));
    for (let n = 0; n < 24; n += 1) {
      const name = n % 2 === 0 ? "write" : "read";
      await queue.enqueue({ name, data: { installationId: n % 3, label: `${n}` } });
    }
    const { handle, seen } = overlap();
    await queue.startWorkers(both(handle), never);
    await settled(() => seen.done === 24);
    expect(seen).toEqual({ done: 24, mostOfOne: 1, mostOfAll: 3 });
  });

  test("what waits is kept, however long nobody was there to do it", async () => {
    const { database } = get();
    const defined = definitions();
    const queue = await open(database, defined);
    await queue.enqueue(step("of last year"));
    const key = "write:7 of last year";
    await database.pool.query(
      `update pgboss.job set created_on = created_on - interval '1 year', start_after = start_after - interval '1 year',
         keep_until = keep_until - interval '1 year' where singleton_key = $1`,
      [key],
    );
    const lanes = Object.keys(defined.lanes);
    await database.pool.query("update pgboss.queue set maintain_on = null where name = any($1)", [lanes]);
    const untidied = "select 1 from pgboss.queue where maintain_on is null and name = any($1)";
    const isTidied = async (): Promise<boolean> => (await database.pool.query(untidied, [lanes])).rows.length === 0;
    await vi.waitUntil(isTidied, { timeout: 20_000, interval: 50 });
    const { rows } = await database.pool.query("select 1 from pgboss.job where singleton_key = $1", [key]);
    expect(rows).toHaveLength(1);
  });

  test("a job starts when it is queued, not at the next look", async () => {
    const queue = await open(get().database, definitions(), { pollSeconds: 30 });
    const started: number[] = [];
    await queue.startWorkers(
      both(async () => void started.push(performance.now())),
      never,
    );
    await wait(100);
    for (let n = 1; n <= 5; n += 1) {
      const queued = performance.now();
      await queue.enqueue(step(`${n}`));
      await settled(() => started.length === n);
      expect((started.at(-1) ?? 0) - queued).toBeLessThan(1000);
    }
  });

  test("a backlog larger than the workers is worked off without waiting for looks in between", async () => {
    const queue = await open(get().database, definitions({ concurrency: 2 }), { pollSeconds: 30 });
    for (let n = 0; n < 30; n += 1) await queue.enqueue(step(`${n}`));
    let done = 0;
    await queue.startWorkers(
      both(async () => void (done += 1)),
      never,
    );
    await settled(() => done === 30);
    expect(done).toBe(30);
  });

  test("a higher priority goes first", async () => {
    const queue = await open(get().database, definitions({ concurrency: 1 }));
    const order: string[] = [];
    await queue.enqueue(step("low"));
    await queue.enqueue({ name: "read", data: { installationId: 7, label: "high" } });
    await queue.startWorkers(
      both(async ({ label }) => void order.push(label)),
      never,
    );
    await settled(() => order.length === 2);
    expect(order).toEqual(["high", "low"]);
  });

  test.each([
    { places: 2, ofInstallation: "in-turn" },
    { places: 4, ofInstallation: "any" },
    { places: 3, ofInstallation: { inProcess: 2, inAll: 6 } },
  ] satisfies (Pick<Lane, "ofInstallation"> & { places: number })[])(
    "large installations, more than the $places places, do not keep a small one waiting",
    async (lane) => {
      const { places: concurrency, ofInstallation } = lane;
      const queue = await open(get().database, definitions({ concurrency, ofInstallation }));
      const large = Array.from({ length: 60 }, (_, n) => [11, 12, 13, 14, 15].map((id) => step(`${n}`, id))).flat();
      await queue.enqueueIn(get().database.kysely, large);
      await queue.enqueueIn(get().database.kysely, [
        step("small", 16),
        { name: "read", data: { installationId: 15, label: "urgent" } },
      ]);
      const order: string[] = [];
      await queue.startWorkers(
        both(async ({ installationId, label }) => {
          order.push(`${installationId} ${label}`);
          await wait(50);
        }),
        never,
      );
      await settled(() => order.includes("16 small"));
      // A share of ten jobs for each of the five, and what is in hand; the oldest first would be the three hundred before it.
      expect(order.length).toBeLessThanOrEqual(5 * 12 + concurrency);
      const ofLast = order.filter((one) => one.startsWith("15 "));
      expect(ofLast[0]).toBe("15 urgent");
    },
  );

  test("what an error says is neither logged nor stored", async () => {
    const { log, lines } = rememberingLog();
    const defined = definitions();
    const queue = await open(get().database, defined, { log });
    const dead: Step[] = [];
    await queue.enqueue(step("quoting"));
    await queue.startWorkers(
      both(() => Promise.reject(Object.assign(new Error("it said hunter2"), { kind: "rate-limited" }))),
      async (job) => void dead.push(job),
    );
    await settled(() => dead.length === 1);
    const { rows } = await get().database.pool.query("select * from pgboss.job where name like $1", [
      `${Object.keys(defined.lanes)[0]}%`,
    ]);
    expect(JSON.stringify(rows)).toContain("rate-limited");
    expect(JSON.stringify([rows, lines])).not.toContain("hunter2");
    expect(lines.filter(({ message }) => message === "a job failed").map(({ fields }) => fields["attempt"])).toEqual([
      1, 2,
    ]);
  });

  test("a job that a version does not understand is left to one that does; the log says where, not what", async () => {
    const { log, lines } = rememberingLog();
    const defined = definitions({}, { retry: { limit: 9, delaySeconds: 1, maxDelaySeconds: 1 } });
    const lax = { ...defined.jobs.write, schema: z.looseObject({}) as unknown as z.ZodType<Data> };
    const newer = await open(get().database, { ...defined, jobs: { write: lax, read: lax } });
    await newer.enqueue({ name: "write", data: { installationId: "hunter2" } as unknown as Data });
    const older = await open(get().database, defined, { log });
    const [byOlder, byNewer]: [unknown[], unknown[]] = [[], []];
    await older.startWorkers(
      both(async (data) => void byOlder.push(data)),
      never,
    );
    await settled(() => lines.some(({ message }) => message.startsWith("a job is not understood")));
    await newer.startWorkers(
      both(async (data) => void byNewer.push(data)),
      never,
    );
    await older.stop();
    await settled(() => byNewer.length === 1);
    expect(byOlder).toEqual([]);
    expect(JSON.stringify(lines)).toContain("installationId: invalid_type");
    expect(JSON.stringify(lines)).not.toContain("hunter2");
  });

  test("the last word on a dead job is tried again when it fails", async () => {
    const queue = await open(get().database, definitions());
    let words = 0;
    await queue.enqueue(step("poison"));
    await queue.startWorkers(
      both(() => Promise.reject(new Error("always"))),
      async () => {
        words += 1;
        if (words === 1) throw new Error("not now");
      },
    );
    await vi.waitUntil(() => words === 2, { timeout: 25_000 });
    expect(words).toBe(2);
  });

  test("a run that takes too long is told so and tried again", async () => {
    const queue = await open(get().database, definitions({}, { expireSeconds: 1 }));
    const aborted: boolean[] = [];
    let runs = 0;
    await queue.enqueue(step("slow"));
    await queue.startWorkers(
      both(async (_, { signal, attempt }) => {
        runs = attempt;
        if (attempt > 1) return;
        await wait(10_000, undefined, { signal }).catch(() => aborted.push(signal.aborted));
      }),
      never,
    );
    await settled(() => runs === 2);
    expect(aborted).toEqual([true]);
  });

  test("stopping lets the job in hand finish and takes no other", async () => {
    const queue = await open(get().database, definitions({ concurrency: 1 }));
    const finished: string[] = [];
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    await queue.enqueue(step("first"));
    await queue.enqueue(step("second"));
    await queue.startWorkers(
      both(async ({ label }) => {
        begin();
        await wait(300);
        finished.push(label);
      }),
      never,
    );
    await begun;
    await queue.stop();
    expect(finished).toEqual(["first"]);
  });

  test("a job that does not finish in time for the stop is returned and runs elsewhere", async () => {
    const defined = definitions();
    const queue = await open(get().database, defined);
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    await queue.enqueue(step("endless"));
    await queue.startWorkers(
      both(async (_, { signal }) => {
        begin();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        tell();
      }),
      never,
    );
    await begun;
    await queue.stop(1000);
    await told;
    const next = await open(get().database, defined);
    const runs: number[] = [];
    await next.startWorkers(
      both(async (_, { attempt }) => void runs.push(attempt)),
      never,
    );
    await settled(() => runs.length === 1);
    expect(runs).toEqual([2]);
  });
});

onServer((get) => {
  test("two processes never work for one installation at the same moment", async () => {
    const other = await openDatabase(get().options);
    databases.push(other);
    const defined = definitions({ ofInstallation: "in-turn" });
    const { handle, seen } = overlap();
    const workers = [await open(get().database, defined), await open(other, defined)];
    for (const queue of workers) await queue.startWorkers(both(handle), never);
    await Promise.all(
      Array.from({ length: 80 }, async (_, n) => (n % 2 === 0 ? workers[0] : workers[1])?.enqueue(step(`${n}`, n % 2))),
    );
    await settled(() => seen.done === 80);
    expect(seen).toMatchObject({ mostOfOne: 1, mostOfAll: 2 });
  });

  describe("where one installation's jobs may run side by side", () => {
    const sideBySide = { concurrency: 3, ofInstallation: { inProcess: 2, inAll: 3 } } as const;
    const many = (count: number, installationId: number): Step[] =>
      Array.from({ length: count }, (_, n) => step(`${n}`, installationId));

    /** Two processes on one database. */
    async function twoWorkers(defined: JobDefinitions<Step>): Promise<readonly [Queue, Queue]> {
      const other = await openDatabase(get().options);
      databases.push(other);
      return [await open(get().database, defined), await open(other, defined)];
    }

    test("a large one uses the workers that there are, up to its bounds, and leaves a place in each to others", async () => {
      const [first, second] = await twoWorkers(definitions(sideBySide));
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const began: (readonly ["first" | "second", number])[] = [];
      let done = 0;
      const on = (where: "first" | "second"): JobHandlers<Step> =>
        both(async ({ installationId }) => {
          began.push([where, installationId]);
          await released;
          done += 1;
        });
      await first.enqueueIn(get().database.kysely, many(10, 7));
      await first.startWorkers(on("first"), never);
      await settled(() => began.length === 2);
      await wait(300);
      await first.enqueue(step("small", 8));
      await settled(() => began.length === 3);
      await second.startWorkers(on("second"), never);
      await settled(() => began.length === 4);
      await first.enqueue(step("also small", 9));
      await settled(() => began.length === 5);
      await wait(300);
      expect(began).toEqual([
        ["first", 7],
        ["first", 7],
        ["first", 8],
        ["second", 7],
        ["second", 9],
      ]);
      release();
      await settled(() => done === 12);
    });

    test("each worker gives everybody a like share of its time, and so all of them do", async () => {
      const workers = await twoWorkers(definitions(sideBySide));
      const done = new Map<number, number>();
      const handle: JobHandlers<Step>["write"] = async ({ installationId }) => {
        await wait(50);
        done.set(installationId, (done.get(installationId) ?? 0) + 1);
      };
      await workers[0].enqueueIn(get().database.kysely, [...many(300, 11), ...many(300, 12)]);
      for (const queue of workers) await queue.startWorkers(both(handle), never);
      await settled(() => (done.get(11) ?? 0) + (done.get(12) ?? 0) >= 40);
      const before = [11, 12].map((id) => done.get(id) ?? 0);
      await workers[0].enqueueIn(get().database.kysely, many(40, 13));
      await settled(() => done.get(13) === 40);
      // A quantum is ten jobs: what each was ahead by in each process, and what was in hand.
      for (const [at, id] of [11, 12].entries())
        expect((done.get(id) ?? 0) - (before[at] ?? 0)).toBeLessThanOrEqual(40 + 2 * (10 + 3));
    });

    test("two that must not work at the same thing take turns, and others do not wait for them", async () => {
      const turn = ({ label }: Data): string => label.slice(0, 1);
      const workers = await twoWorkers(definitions({ concurrency: 4, ofInstallation: "any" }, { turn }));
      const running = new Map<string, number>();
      let [done, mostOfOne, mostOfAll] = [0, 0, 0];
      const handle: JobHandlers<Step>["write"] = async ({ label }) => {
        const about = label.slice(0, 1);
        running.set(about, (running.get(about) ?? 0) + 1);
        mostOfOne = Math.max(mostOfOne, running.get(about) ?? 0);
        mostOfAll = Math.max(
          mostOfAll,
          [...running.values()].reduce((a, b) => a + b),
        );
        await wait(30);
        running.set(about, (running.get(about) ?? 1) - 1);
        done += 1;
      };
      const jobs = Array.from({ length: 16 }, (_, n) => step(`${n % 4}-${n}`));
      await workers[0].enqueueIn(get().database.kysely, jobs);
      for (const queue of workers) await queue.startWorkers(both(handle), never);
      await settled(() => done === 16);
      expect({ mostOfOne, side: mostOfAll > 1 }).toEqual({ mostOfOne: 1, side: true });
      const { rows } = await get().database.pool.query("select from turns where installation_id like 'write _'");
      expect(rows).toEqual([]);
    });
  });

  test("what is stored with a job that waits already is there when that one runs", async () => {
    const queue = await open(get().database, definitions());
    await queue.enqueue(step("same"));
    let isStored = false;
    const seen: (readonly [string, boolean])[] = [];
    const saw = (label: string, stored: boolean): boolean => seen.some((one) => one[0] === label && one[1] === stored);
    await get()
      .database.kysely.transaction()
      .execute(async (transaction) => {
        expect(await queue.enqueueIn(transaction, [step("same"), step("same")])).toBe(0);
        await queue.startWorkers(
          both(async ({ label }) => void seen.push([label, isStored])),
          never,
        );
        await queue.enqueue(step("other"));
        await settled(() => saw("other", false));
        isStored = true;
      });
    await settled(() => saw("same", true));
  });

  test("when the connection that waits for jobs breaks, it is opened again", async () => {
    const queue = await open(get().database, definitions(), { pollSeconds: 30 });
    let done = 0;
    await queue.startWorkers(
      both(async () => void (done += 1)),
      never,
    );
    await wait(200);
    const { rows } = await get().database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and datname = current_database()",
    );
    expect(rows.length).toBeGreaterThan(0);
    // Queued while nobody listens: found when the connection is back.
    await queue.enqueue(step("meanwhile"));
    await settled(() => done === 1);
    await queue.enqueue(step("later"));
    await settled(() => done === 2);
  });
});
