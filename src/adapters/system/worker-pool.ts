import { Worker } from "node:worker_threads";

export type WorkerPoolOptions<Task, Result> = {
  /** The program of a thread: it takes tasks in arrays and answers with their results in arrays, in order, the first of which is empty and says that it is ready (`app/answer-tasks.ts`). */
  readonly program: URL;
  readonly workerData: unknown;
  readonly threads: number;
  /** What a task takes of `maxWaiting`, which bounds what is taken and not done. */
  readonly weightOf: (task: Task) => number;
  readonly maxWaiting: number;
  /** So much is sent to a thread at once, and sent ahead of what it does: more would wait there while another has nothing to do. */
  readonly weightAtOnce: number;
  /** What a task is made of, or the task itself: only the part at which a thread died is lost. */
  readonly partsOf: (task: Task) => readonly Task[];
  /** The result of a task from those of its parts. */
  readonly together: (results: readonly Result[]) => Result;
  /** The result of a part at which the thread died (for lack of memory, as a rule). */
  readonly lost: (part: Task) => Result;
};

export type WorkerPool<Task, Result> = {
  /** Does the tasks on all threads and gives the results in the order of the tasks. */
  readonly run: (tasks: AsyncIterable<Task> | Iterable<Task>) => AsyncGenerator<Result, void, undefined>;
  readonly close: () => Promise<void>;
};

/** What is made and forgotten again takes so many megabytes of each thread before it is cleared away; by default it is three times as much. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

type Outcome<Result> = { readonly kind: "done"; readonly result: Result } | { readonly kind: "failed"; error: unknown };

/** A task on its way. `within`: it is a part of one. */
type Entry<Task, Result> = {
  readonly task: Task;
  readonly weight: number;
  readonly within: Whole<Task, Result> | null;
  outcome: Outcome<Result> | null;
};

type Whole<Task, Result> = { readonly entry: Entry<Task, Result>; readonly parts: Entry<Task, Result>[] };

type Thread<Task, Result> = {
  worker: Worker;
  isReady: boolean;
  closing: boolean;
  /** Tasks are sent one by one, as it has to be known at which one the thread died. */
  isCareful: boolean;
  /** What was sent and has no result yet, in order. */
  readonly sent: Entry<Task, Result>[];
  /** What was sent to the worker that died in this place. */
  readonly again: Entry<Task, Result>[];
};

/** A message takes longer than what many a task asks for. */
const mostAtOnce = 32;
/** So many tasks are done and wait for one before them that takes long. */
const mostDone = 2000;
/** So many places of what is given are cleared away together. */
const mostGiven = 1000;

/** Threads that do one kind of task. A thread that dies costs the task it was at; the others are done by the one that replaces it. */
export function createWorkerPool<Task, Result>(options: WorkerPoolOptions<Task, Result>): WorkerPool<Task, Result> {
  const { weightOf, maxWaiting, weightAtOnce } = options;
  /** What no thread has yet. */
  const unsent: Entry<Task, Result>[] = [];
  let waiting = 0;
  let answered = Promise.withResolvers<void>();

  const settle = (entry: Entry<Task, Result>, outcome: Outcome<Result>): void => {
    entry.outcome = outcome;
    if (entry.within === null) {
      waiting -= entry.weight;
      return;
    }
    const { entry: whole, parts } = entry.within;
    if (parts.every((part) => part.outcome !== null)) settle(whole, outcomeOfParts(parts, options.together));
  };
  /** The parts of what was sent whole. */
  const apart = (entry: Entry<Task, Result>): readonly Entry<Task, Result>[] => {
    const tasks = entry.within === null ? options.partsOf(entry.task) : [];
    if (tasks.length < 2) return [entry];
    const within: Whole<Task, Result> = { entry, parts: [] };
    for (const task of tasks) within.parts.push({ task, weight: weightOf(task), within, outcome: null });
    return within.parts;
  };
  const isFull = (): boolean => waiting > maxWaiting;
  const tell = (): void => {
    answered.resolve();
    answered = Promise.withResolvers<void>();
  };
  const feed = (thread: Thread<Task, Result>): void => {
    while (sumOf(thread.sent) < weightAtOnce) {
      const source = thread.again.length > 0 ? thread.again : unsent;
      const taken = source.splice(0, thread.isCareful ? 1 : sizeOfPart(source, weightAtOnce));
      if (taken.length === 0) return;
      // Of what is new here the rest goes on to wait, as what was sent before.
      const [first, ...rest] = thread.isCareful ? taken.flatMap(apart) : [];
      thread.again.unshift(...rest);
      const part = first === undefined ? taken : [first];
      thread.sent.push(...part);
      thread.worker.postMessage(
        part.map(({ task }) => task),
        [],
      );
    }
  };
  const start = (thread: Thread<Task, Result>): void => {
    const { worker } = thread;
    let error: unknown = new Error("a thread ended by itself");
    worker.on("message", (results: readonly Result[]) => {
      thread.isReady = true;
      for (const result of results) {
        const entry = thread.sent.shift();
        if (entry !== undefined) settle(entry, { kind: "done", result });
      }
      feed(thread);
      tell();
    });
    worker.on("error", (thrown) => (error = thrown));
    // Only now: an error can overtake the answers sent before it, and they are delivered before the exit.
    worker.on("exit", () => {
      if (thread.closing) return;
      replace(thread, error);
      tell();
    });
  };
  const replace = (thread: Thread<Task, Result>, error: unknown): void => {
    const all = thread.sent.splice(0);
    if (!thread.isReady) {
      // It never worked: another one would not either.
      for (const entry of [...all, ...unsent.splice(0)]) settle(entry, { kind: "failed", error });
      return;
    }
    const first = thread.isCareful ? all.shift() : undefined;
    if (first !== undefined) settle(first, { kind: "done", result: options.lost(first.task) });
    thread.isCareful = true;
    thread.again.unshift(...all.flatMap(apart));
    thread.worker = newWorker(options);
    start(thread);
    feed(thread);
  };

  const threads = Array.from({ length: options.threads }, (): Thread<Task, Result> => {
    const state = { isReady: false, closing: false, isCareful: false, sent: [], again: [] };
    return { worker: newWorker(options), ...state };
  });
  for (const thread of threads) start(thread);
  let isFeeding = false;
  const feedAll = (): void => {
    isFeeding = false;
    for (const thread of threads) feed(thread);
  };
  /** Now if there is enough for a thread, or else when everything has come that comes at once. */
  const feedSoon = (): void => {
    if (unsent.length >= mostAtOnce || sumOf(unsent) >= weightAtOnce) feedAll();
    else if (!isFeeding) {
      isFeeding = true;
      setImmediate(feedAll);
    }
  };

  const run = async function* (tasks: AsyncIterable<Task> | Iterable<Task>): AsyncGenerator<Result, void, undefined> {
    /** What has not been given, in order. What has is forgotten at once: the heap takes what lives longer for what will live on. */
    let order: (Entry<Task, Result> | null)[] = [];
    let first = 0;
    const next = (): Outcome<Result> | null => {
      const outcome = order[first]?.outcome ?? null;
      if (outcome === null) return null;
      order[first] = null;
      first += 1;
      if (first === mostGiven) [order, first] = [order.slice(first), 0];
      return outcome;
    };
    for await (const task of tasks) {
      const entry: Entry<Task, Result> = { task, weight: weightOf(task), within: null, outcome: null };
      order.push(entry);
      unsent.push(entry);
      waiting += entry.weight;
      feedSoon();
      for (let outcome = next(); outcome !== null; outcome = next()) yield resultOf(outcome);
      while (isFull() || order.length - first > mostDone) {
        await answered.promise;
        for (let outcome = next(); outcome !== null; outcome = next()) yield resultOf(outcome);
      }
    }
    feedAll();
    while (first < order.length) {
      for (let outcome = next(); outcome !== null; outcome = next()) yield resultOf(outcome);
      if (first < order.length) await answered.promise;
    }
  };
  return {
    run,
    close: async () => {
      for (const thread of threads) thread.closing = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

const newWorker = <Task, Result>({ program, workerData }: WorkerPoolOptions<Task, Result>): Worker =>
  new Worker(program, { workerData, resourceLimits });

type Weighed = { readonly weight: number };

const sumOf = (entries: readonly Weighed[]): number => entries.reduce((sum, { weight }) => sum + weight, 0);

/** How many of some tasks are sent together: one at least. */
function sizeOfPart(entries: readonly Weighed[], most: number): number {
  let weight = 0;
  let size = 0;
  while (size < entries.length && size < mostAtOnce) {
    weight += entries[size]?.weight ?? 0;
    if (size > 0 && weight > most) break;
    size += 1;
  }
  return size;
}

function outcomeOfParts<Task, Result>(
  parts: readonly Entry<Task, Result>[],
  together: (results: readonly Result[]) => Result,
): Outcome<Result> {
  const results: Result[] = [];
  for (const { outcome } of parts) {
    if (outcome?.kind === "failed") return outcome;
    if (outcome?.kind === "done") results.push(outcome.result);
  }
  return { kind: "done", result: together(results) };
}

function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (outcome.kind === "failed") throw outcome.error;
  return outcome.result;
}
