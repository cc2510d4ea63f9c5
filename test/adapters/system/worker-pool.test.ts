import { expect, onTestFinished, test } from "vitest";
import { createWorkerPool, type WorkerPool } from "../../../src/adapters/system/worker-pool.ts";

const library = new URL("../../../src/app/answer-tasks.ts", import.meta.url);
const programOf = (run: string): URL =>
  new URL(`data:text/javascript,${encodeURIComponent(`import { answerTasks } from "${library.href}"; ${run}`)}`);

// Answers a number with its double, after as many milliseconds; dies at a negative one.
const program = programOf(`
  import { setTimeout } from "node:timers/promises";
  answerTasks(async (n) => {
    if (n < 0) process.nextTick(() => { throw new Error("dies"); });
    await setTimeout(Math.abs(n));
    return n * 2;
  });
`);

function pool(maxWaiting: number, source = program): WorkerPool<number, number | string> {
  const made = createWorkerPool<number, number | string>({
    program: source,
    workerData: null,
    threads: 2,
    weightOf: () => 1,
    maxWaiting,
    lost: (task) => `lost ${task}`,
  });
  onTestFinished(made.close);
  return made;
}

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
}

test("results come in the order of the tasks, and no more tasks are taken than may wait", async () => {
  let [taken, given, most] = [0, 0, 0];
  const tasks = function* (): Generator<number> {
    for (const task of [30, 1, 20, 2, 10, 3, 5, 4, 0]) {
      taken += 1;
      yield task;
    }
  };
  const results: unknown[] = [];
  for await (const result of pool(3).run(tasks())) {
    results.push(result);
    given += 1;
    most = Math.max(most, taken - given);
  }
  expect(results).toEqual([60, 2, 40, 4, 20, 6, 10, 8, 0]);
  expect(most).toBeLessThanOrEqual(4);
});

test("a thread that dies costs the task it was at; the others are done", async () => {
  const results = await all(pool(100).run([1, 2, 3, 4, -50, 5, 6, 7, -50, 8, 9]));
  expect(results).toEqual([2, 4, 6, 8, "lost -50", 10, 12, 14, "lost -50", 16, 18]);
});

test("what a thread answered right before it died is not lost", async () => {
  const quick = programOf(`
    import { setImmediate } from "node:timers/promises";
    answerTasks(async (n) => {
      if (n < 0) {
        setImmediate().then(() => { throw new Error("dies"); });
        await new Promise(() => undefined);
      }
      return n * 2;
    });
  `);
  // Twenty new threads, each with work waiting for it and this thread busy while it dies.
  const tasks = Array.from({ length: 120 }, (_, i) => (i % 6 === 5 ? -i : i));
  const results: unknown[] = [];
  for await (const result of pool(500, quick).run(tasks)) {
    results.push(result);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  expect(results).toEqual(tasks.map((n) => (n < 0 ? `lost ${n}` : n * 2)));
});

test("threads that never work fail the run", async () => {
  const broken = new URL("data:text/javascript,throw new Error('cannot start')");
  await expect(all(pool(10, broken).run([1, 2]))).rejects.toThrow("cannot start");
});
