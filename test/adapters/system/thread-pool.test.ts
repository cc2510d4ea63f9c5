import { expect, onTestFinished, test } from "vitest";
import { createThreadPool, type ThreadPool, type ThreadPoolOptions } from "../../../src/adapters/system/thread-pool.ts";

const programOf = (body: string): URL =>
  new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from "node:worker_threads";\n${body}`)}`);

// Does what it is told, and answers with how many tasks its thread has done.
const obeys = programOf(`
  let done = 0;
  const kept = [];
  const deeds = {
    loop: () => { for (;;); },
    heap: () => { for (const all = []; ; ) all.push({ text: String(Math.random()) }); },
    buffers: () => { const all = []; const add = () => { all.push(Buffer.alloc(16e6, 1)); setImmediate(add); }; add(); return "never"; },
    hoard: () => { kept.push(Buffer.alloc(200e6, 1)); },
    more: () => { kept.push(Buffer.alloc(200e6, 1)); return "slowly"; },
    throw: () => { throw new RangeError("quotes what it choked on"); },
    nothing: () => {},
  };
  parentPort.on("message", (deed) => {
    const how = deeds[deed]();
    done += 1;
    if (how === "never") return;
    setTimeout(() => parentPort.postMessage(done), how === "slowly" ? 1500 : 0);
  });
  parentPort.postMessage("ready");
`);

function poolOf(options: Partial<ThreadPoolOptions> = {}): ThreadPool<string, number> {
  const limits = { millis: 60_000, megabytes: 300 };
  const pool = createThreadPool<string, number>({
    program: obeys,
    workerData: null,
    threads: 1,
    warm: false,
    limits,
    ...options,
  });
  onTestFinished(pool.close);
  return pool;
}

const answered = (result: number) => ({ kind: "answered", result });

test("a task that never ends costs its thread, not the next task", async () => {
  const pool = poolOf({ limits: { millis: 500, megabytes: 300 } });
  const outcomes = await Promise.all(["nothing", "loop", "nothing"].map((task) => pool.run(task, "interactive")));
  expect(outcomes).toEqual([answered(1), { kind: "timeout" }, answered(1)]);
});

test.each(["heap", "buffers"])("a task that takes too much memory (%s) costs its thread alone", async (task) => {
  const pool = poolOf({ limits: { millis: 60_000, megabytes: 60 } });
  const outcomes = await Promise.all([task, "nothing"].map((one) => pool.run(one, "interactive")));
  expect(outcomes).toEqual([{ kind: "out-of-memory" }, answered(1)]);
});

test("what earlier tasks left in a thread is not held against a later one", async () => {
  const pool = poolOf();
  expect(await pool.run("hoard", "interactive")).toEqual(answered(1));
  expect(await pool.run("more", "interactive")).toEqual(answered(1));
});

test("an error that a thread does not catch is told by its name alone", async () => {
  const pool = poolOf();
  const outcomes = await Promise.all(["throw", "nothing"].map((task) => pool.run(task, "interactive")));
  expect(outcomes).toEqual([{ kind: "lost", error: "RangeError" }, answered(1)]);
});

test("what somebody waits for comes before what nobody waits for", async () => {
  const pool = poolOf();
  const order: string[] = [];
  const run = async (name: string, urgency: "interactive" | "background"): Promise<void> => {
    await pool.run("nothing", urgency);
    order.push(name);
  };
  await Promise.all([run("first", "background"), run("second", "background"), run("urgent", "interactive")]);
  expect(order).toEqual(["urgent", "first", "second"]);
});

test("background work leaves a thread to what somebody waits for", async () => {
  const pool = poolOf({ threads: 2 });
  const stuck = pool.run("loop", "background").catch(() => "closed");
  const behind = pool.run("nothing", "background").catch(() => "closed");
  expect(await pool.run("nothing", "interactive")).toEqual(answered(1));
  await pool.close();
  expect(await behind).toBe("closed");
  void stuck;
});

test("a program that does not start fails what waits for it, and a later task is tried anew", async () => {
  const pool = poolOf({ program: programOf("throw new Error('cannot start')") });
  await expect(pool.run("nothing", "interactive")).rejects.toThrow("A thread cannot be started.");
  await expect(pool.run("nothing", "background")).rejects.toThrow("A thread cannot be started.");
});
