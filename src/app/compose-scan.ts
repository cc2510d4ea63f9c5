import { availableParallelism } from "node:os";
import { createWorkerPool, type WorkerPool } from "../adapters/system/worker-pool.ts";
import type { Rule } from "../core/scan/rules/rule.ts";
import type { RuleProblem } from "../core/scan/rules/rule-problem.ts";
import { type LocalResult, unreadResult } from "../flows/scan-local-file.ts";
import { prepareEngine } from "./compose-engine.ts";
import { composeRules } from "./compose-rules.ts";
import { composeTaskScanner, type TaskScanner } from "./compose-task-scanner.ts";
import type { ScanSettings, ScanTask } from "./scan-task.ts";

/** A scan, ready to go. */
export type LocalScan = {
  readonly rules: readonly Rule[];
  /** About the rule files. */
  readonly problems: readonly RuleProblem[];
  /** One for each task, in their order. Whoever stops early must still `close`. */
  readonly results: AsyncIterable<LocalResult>;
  readonly close: () => Promise<void>;
};

type Tasks = AsyncIterable<ScanTask>;

/** Puts a scan together: on as many threads as there are processors if there is much to do. */
export function composeScan(tasks: Tasks, settings: ScanSettings): LocalScan {
  const bench = composeRules(settings.rules);
  // Beside threads, which have their own, one here would only take memory.
  let scanner: TaskScanner | null = null;
  const run = (task: ScanTask): Promise<LocalResult> => (scanner ??= composeTaskScanner(settings, bench)).run(task);
  let pool: WorkerPool<ScanTask, LocalResult> | null = null;
  const onThreads = (many: Tasks): AsyncIterable<LocalResult> => {
    // What takes long the first time is done once, not by each of them.
    prepareEngine(bench.ruleSet, bench.detectors);
    return (pool = threadsFor(settings)).run(many);
  };
  return {
    rules: bench.rules,
    problems: bench.problems,
    results: resultsOf(tasks, run, onThreads),
    close: async () => void (await Promise.all([scanner?.close(), pool?.close()])),
  };
}

// So few tasks are done sooner than a thread has started.
const worthThreads = 100;

async function* resultsOf(
  tasks: Tasks,
  run: (task: ScanTask) => Promise<LocalResult>,
  onThreads: (tasks: Tasks) => AsyncIterable<LocalResult>,
): AsyncGenerator<LocalResult, void, undefined> {
  const iterator = tasks[Symbol.asyncIterator]();
  const first: ScanTask[] = [];
  let weight = 0;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    first.push(next.value);
    weight += "part" in next.value ? next.value.part.names.size : 1;
    if (weight <= worthThreads) continue;
    yield* onThreads(again(first, iterator));
    return;
  }
  for (const task of first) yield await run(task);
}

async function* again(
  first: readonly ScanTask[],
  rest: AsyncIterator<ScanTask>,
): AsyncGenerator<ScanTask, void, undefined> {
  yield* first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

const megabyte = 1024 * 1024;

function weightOf(task: ScanTask): number {
  if ("part" in task) return 8 * megabyte;
  if ("clean" in task) return 0;
  return (task.content.kind === "read" ? task.content.bytes.length : 0) + megabyte / 4;
}

function threadsFor(settings: ScanSettings): WorkerPool<ScanTask, LocalResult> {
  return createWorkerPool<ScanTask, LocalResult>({
    program: new URL(import.meta.url.endsWith(".ts") ? "./scan-worker.ts" : "./scan-worker.js", import.meta.url),
    workerData: settings,
    threads: availableParallelism(),
    // Content waits in memory; a file waits on the disk, and what counts is that the threads have enough to do.
    weightOf,
    maxWaiting: 64 * megabyte,
    lost: (task) => {
      const path = "path" in task ? task.path : "(a part of the history)";
      const detail = "Scanning it took more memory than there is, or ended the thread otherwise. Please report it.";
      return unreadResult({ path, reason: "internal-error", detail });
    },
  });
}
