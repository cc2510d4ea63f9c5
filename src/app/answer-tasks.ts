import { performance } from "node:perf_hooks";
import { parentPort } from "node:worker_threads";

/** Results wait so many milliseconds for others. */
const patience = 20;

/** In a thread of a pool: does the tasks one after the other. */
export function answerTasks(run: (task: never) => Promise<unknown>): void {
  let turn = Promise.resolve();
  const doAll = async (tasks: readonly never[]): Promise<void> => {
    let done: unknown[] = [];
    let sent = performance.now();
    for (const task of tasks) {
      done.push(await run(task));
      if (performance.now() - sent < patience) continue;
      parentPort?.postMessage(done, []);
      done = [];
      sent = performance.now();
    }
    parentPort?.postMessage(done, []);
  };
  parentPort?.on("message", (tasks: readonly never[]) => {
    turn = turn.then(() => doAll(tasks));
  });
  // Nothing yet: it is ready.
  parentPort?.postMessage([], []);
}
