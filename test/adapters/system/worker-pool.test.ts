import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
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

function pool(maxWaiting: number, source = program, workerData: unknown = null): WorkerPool<number, number | string> {
  const made = createWorkerPool<number, number | string>({
    program: source,
    workerData,
    threads: 2,
    weightOf: () => 1,
    maxWaiting,
    weightAtOnce: 1,
    partsOf: (task) => [task],
    together: ([result = 0]) => result,
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

// Answers a number with its double; a negative one when a gate is opened.
const gated = programOf(`
  import { setTimeout } from "node:timers/promises";
  import { workerData } from "node:worker_threads";
  answerTasks(async (n) => {
    while (n < 0 && Atomics.load(workerData, 0) === 0) await setTimeout(2);
    return n * 2;
  });
`);

/** Runs tasks on gated threads, three of which may wait; tells how many were taken. */
function gatedRun(tasks: readonly number[]): {
  readonly taken: () => number;
  readonly open: () => void;
  readonly results: Promise<readonly (number | string)[]>;
} {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  let taken = 0;
  const source = function* (): Generator<number> {
    for (const task of tasks) {
      taken += 1;
      yield task;
    }
  };
  const results = all(pool(3, gated, gate).run(source()));
  return { taken: () => taken, open: () => void Atomics.store(gate, 0, 1), results };
}

test("no more tasks are taken than may wait, and the results come in their order", async () => {
  const tasks = [-1, -2, 3, 4, 5, 6, 7, 8];
  const { taken, open, results } = gatedRun(tasks);
  await vi.waitFor(() => expect(taken()).toBe(4));
  await setTimeout(50);
  expect(taken()).toBe(4);
  open();
  expect(await results).toEqual(tasks.map((n) => n * 2));
});

test("a task that takes long does not keep those behind it from being done", async () => {
  const tasks = [-1, ...Array.from({ length: 40 }, (_, at) => at)];
  const { taken, open, results } = gatedRun(tasks);
  await vi.waitFor(() => expect(taken()).toBe(41));
  open();
  expect(await results).toEqual(tasks.map((n) => n * 2));
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

test("of a task that has parts only the part is lost at which the thread dies", async () => {
  const inParts = programOf(`
    answerTasks(async (task) => {
      const numbers = Array.isArray(task) ? task : [task];
      if (numbers.includes(0)) process.nextTick(() => { throw new Error("dies"); });
      await new Promise((resolve) => setTimeout(resolve, 20));
      return numbers.map((n) => n * 2).join(" ");
    });
  `);
  type Task = number | readonly number[];
  const made = createWorkerPool<Task, string>({
    program: inParts,
    workerData: null,
    threads: 2,
    weightOf: (task) => (typeof task === "number" ? 1 : task.length),
    maxWaiting: 8,
    weightAtOnce: 4,
    partsOf: (task) => (typeof task === "number" ? [task] : task),
    together: (results) => results.join(" "),
    lost: (task) => `lost ${String(task)}`,
  });
  onTestFinished(made.close);
  const tasks: readonly Task[] = [
    [1, 2],
    [3, 0, 4],
    0,
    [5, 6],
    [0, 0],
    [],
    7,
    ...Array.from({ length: 20 }, () => [8, 9]),
  ];
  const expected = ["2 4", "6 lost 0 8", "lost 0", "10 12", "lost 0 lost 0", "", "14", ...Array(20).fill("16 18")];
  expect(await all(made.run(tasks))).toEqual(expected);
});

test("threads that never work fail the run", async () => {
  const broken = new URL("data:text/javascript,throw new Error('cannot start')");
  await expect(all(pool(10, broken).run([1, 2]))).rejects.toThrow("cannot start");
});
