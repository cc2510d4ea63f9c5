import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";
import { allSubjects } from "./all-subjects.ts";

/** What a thread is asked: a subject, and the first seed of its batches. Each batch has the next seed. */
export type FuzzTask = {
  readonly subject: string;
  readonly seed: number;
  readonly batches: number;
  readonly runs: number;
  readonly path: string;
};

/** What it says: which batch begins, and what came of it. */
export type FuzzNews =
  | { readonly kind: "ready" }
  | { readonly kind: "begins"; readonly seed: number }
  | { readonly kind: "done"; readonly runs: number }
  | {
      readonly kind: "failed";
      readonly runs: number;
      readonly seed: number;
      readonly path: string;
      readonly error: string;
    };

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- of a thread, not of a window
if (parentPort !== null) await work(workerData as FuzzTask, (news) => parentPort?.postMessage(news));

/** Goes through the batches; one that fails is told, and the next begins. */
async function work(task: FuzzTask, tell: (news: FuzzNews) => void): Promise<void> {
  const subject = allSubjects.find(({ name }) => name === task.subject);
  if (subject === undefined) throw new Error(`there is no subject ${task.subject}`);
  const { property, end } = await subject.start();
  tell({ kind: "ready" });
  for (let batch = 0; batch < task.batches; batch += 1) {
    const seed = task.seed + batch;
    tell({ kind: "begins", seed });
    const parameters = { seed, numRuns: task.runs, ...(task.path !== "" && { path: task.path, endOnFailure: true }) };
    const { failed, numRuns: runs, counterexamplePath, errorInstance } = await fc.check(property, parameters);
    if (!failed) tell({ kind: "done", runs });
    else tell({ kind: "failed", runs, seed, path: counterexamplePath ?? "", error: wordsOf(errorInstance) });
  }
  await end();
}

/** Where it failed, without the input: that is made again by seed and path. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "no error";
  return (error.stack ?? error.message).split("\n").slice(0, 6).join("\n").slice(0, 1500);
}
