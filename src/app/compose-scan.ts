import { availableParallelism } from "node:os";
import { createWorkerPool, type WorkerPool } from "../adapters/system/worker-pool.ts";
import type { Rule } from "../core/scan/rules/rule.ts";
import type { RuleProblem } from "../core/scan/rules/rule-problem.ts";
import { type LocalResult, resultsTogether, unreadResult } from "../flows/scan-local-file.ts";
import { composeBench } from "./compose-bench.ts";
import { prepareEngine } from "./compose-engine.ts";
import { composeTaskScanner, type TaskScanner } from "./compose-task-scanner.ts";
import type { ContentTask, ScanSettings, ScanTask } from "./scan-task.ts";

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

/**
 * Puts a scan together: on as many threads as there are processors if there is much to do. `isSmall`: there hardly will be, so that a scanner is made
 * while the first task is on its way.
 */
export async function composeScan(tasks: Tasks, settings: ScanSettings, isSmall: boolean): Promise<LocalScan> {
  const bench = await composeBench(settings.rules);
  // Beside threads, which have their own, one here would only take memory.
  let scanner: TaskScanner | null = null;
  const ready = (): TaskScanner => (scanner ??= composeTaskScanner(settings, bench));
  let pool: WorkerPool<ScanTask, LocalResult> | null = null;
  const onThreads = (many: Tasks): AsyncIterable<LocalResult> => {
    // What takes long the first time is done once, not by each of them.
    if (bench.program === null) prepareEngine(bench.ruleSet, bench.detectors);
    return (pool = threadsFor(settings)).run(many);
  };
  return {
    rules: bench.rules,
    problems: bench.problems,
    results: resultsOf(isSmall ? begun(tasks, ready) : tasks, (task) => ready().run(task), onThreads),
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
    weight += countOf(next.value);
    if (weight <= worthThreads) continue;
    yield* onThreads(again(first, iterator));
    return;
  }
  for (const task of first) yield await run(task);
}

/** The same tasks, of which the first is asked for before `meanwhile` is done. */
async function* begun(tasks: Tasks, meanwhile: () => unknown): AsyncGenerator<ScanTask, void, undefined> {
  const iterator = tasks[Symbol.asyncIterator]();
  const first = iterator.next();
  // It is awaited below; until then a failure is nobody's.
  first.catch(() => undefined);
  meanwhile();
  const { done, value } = await first;
  if (done !== true) yield* again([value], iterator);
}

function countOf(task: ScanTask): number {
  if ("part" in task) return task.part.names.size;
  if ("coming" in task) return task.coming;
  return "contents" in task ? task.contents.length : 1;
}

async function* again(
  first: readonly ScanTask[],
  rest: AsyncIterator<ScanTask>,
): AsyncGenerator<ScanTask, void, undefined> {
  yield* first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

const megabyte = 1024 * 1024;

/** Of tasks with as many files as are sent together a thread gets two. */
const weightOfFile = megabyte / 8;

function weightOf(task: ScanTask): number {
  if ("part" in task) return 8 * megabyte;
  if ("clean" in task || "coming" in task) return 0;
  if ("contents" in task) return task.contents.reduce((sum, { content }) => sum + weightOfContent(content), 0);
  return weightOfContent(task.content);
}

function weightOfContent(content: ContentTask["content"]): number {
  if (content.kind === "read") return content.bytes.length + weightOfFile / 32;
  return content.kind === "file" ? weightOfFile : 0;
}

/** What a thread may do of a task by itself. */
const partsOf = (task: ScanTask): readonly ScanTask[] => ("contents" in task ? task.contents : [task]);

function threadsFor(settings: ScanSettings): WorkerPool<ScanTask, LocalResult> {
  return createWorkerPool<ScanTask, LocalResult>({
    program: new URL(import.meta.url.endsWith(".ts") ? "./scan-worker.ts" : "./scan-worker.js", import.meta.url),
    workerData: settings,
    threads: availableParallelism(),
    // Content waits in memory; a file waits on the disk, and what counts is that the threads have enough to do.
    weightOf,
    maxWaiting: 64 * megabyte,
    weightAtOnce: 8 * megabyte,
    partsOf,
    together: resultsTogether,
    lost: (task) => {
      const path = "path" in task ? task.path : "(a part of the history)";
      const detail = "Scanning it took more memory than there is, or ended the thread otherwise. Please report it.";
      return unreadResult({ path, reason: "internal-error", detail });
    },
  });
}
