import { Worker } from "node:worker_threads";

export type WorkerPoolOptions<Task, Result> = {
  /** The program of a thread: it takes tasks in arrays and answers with their results in arrays, in order, the first of which is empty and says that it is ready (`app/answer-tasks.ts`). */
  readonly program: URL;
  readonly workerData: unknown;
  readonly threads: number;
  /** What a task takes of `maxWaiting`, which bounds what is on its way at once. */
  readonly weightOf: (task: Task) => number;
  readonly maxWaiting: number;
  /** The result of a task at which the thread died (for lack of memory, as a rule). */
  readonly lost: (task: Task) => Result;
};

export type WorkerPool<Task, Result> = {
  /** Does the tasks on all threads and gives the results in the order of the tasks. */
  readonly run: (tasks: AsyncIterable<Task> | Iterable<Task>) => AsyncGenerator<Result, void, undefined>;
  readonly close: () => Promise<void>;
};

/** What is made and forgotten again takes so many megabytes of each thread before it is cleared away; by default it is three times as much. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

type Waiting<Task, Result> = {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

type Thread<Task, Result> = {
  worker: Worker;
  isReady: boolean;
  closing: boolean;
  /** So many tasks are sent at once: one, when it has to be known at which one a thread died. */
  atOnce: number;
  /** What has no result yet, in order; of these `unsent` are the last. */
  readonly waiting: Waiting<Task, Result>[];
  readonly unsent: Task[];
  isSending: boolean;
};

/** A message takes longer than what many a task asks for. */
const mostAtOnce = 64;

/** Threads that do one kind of task. A thread that dies costs the task it was at; the others are done by the one that replaces it. */
export function createWorkerPool<Task, Result>(options: WorkerPoolOptions<Task, Result>): WorkerPool<Task, Result> {
  const threads = Array.from({ length: options.threads }, () => startThread(options));
  const submit = (task: Task): Promise<Result> =>
    new Promise((resolve, reject) => {
      const thread = threads.reduce((least, one) => (one.waiting.length < least.waiting.length ? one : least));
      post(thread, { task, resolve, reject });
    });
  return {
    run: (tasks) => inOrder(tasks, submit, options),
    close: async () => {
      for (const thread of threads) thread.closing = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

async function* inOrder<Task, Result>(
  tasks: AsyncIterable<Task> | Iterable<Task>,
  submit: (task: Task) => Promise<Result>,
  { weightOf, maxWaiting }: Pick<WorkerPoolOptions<Task, Result>, "weightOf" | "maxWaiting">,
): AsyncGenerator<Result, void, undefined> {
  const window: { readonly result: Promise<Result>; readonly weight: number }[] = [];
  let waiting = 0;
  for await (const task of tasks) {
    const weight = weightOf(task);
    const result = submit(task);
    // It is awaited in its turn; until then a failure is nobody's.
    result.catch(() => undefined);
    window.push({ result, weight });
    waiting += weight;
    for (let first = window[0]; first !== undefined && waiting > maxWaiting; first = window[0]) {
      window.shift();
      waiting -= first.weight;
      yield await first.result;
    }
  }
  for (const { result } of window) yield await result;
}

function startThread<Task, Result>(options: WorkerPoolOptions<Task, Result>): Thread<Task, Result> {
  const start = (): Worker => new Worker(options.program, { workerData: options.workerData, resourceLimits });
  const thread: Thread<Task, Result> = {
    worker: start(),
    isReady: false,
    closing: false,
    atOnce: mostAtOnce,
    waiting: [],
    unsent: [],
    isSending: false,
  };
  const listen = (worker: Worker): void => {
    let error: unknown = new Error("a thread ended by itself");
    worker.on("message", (results: readonly Result[]) => {
      thread.isReady = true;
      for (const result of results) thread.waiting.shift()?.resolve(result);
    });
    worker.on("error", (thrown) => (error = thrown));
    // Only now: an error can overtake the answers sent before it, and they are delivered before the exit.
    worker.on("exit", () => replace(error));
  };
  const replace = (error: unknown): void => {
    const all = thread.waiting.splice(0);
    thread.unsent.length = 0;
    if (thread.closing) return;
    if (!thread.isReady) {
      // It never worked: another one would not either.
      for (const { reject } of all) reject(error);
      return;
    }
    const isKnown = thread.atOnce === 1;
    if (isKnown) {
      const at = all.shift();
      at?.resolve(options.lost(at.task));
    }
    thread.atOnce = 1;
    thread.worker = start();
    listen(thread.worker);
    for (const one of all) post(thread, one);
  };
  listen(thread.worker);
  return thread;
}

function post<Task, Result>(thread: Thread<Task, Result>, one: Waiting<Task, Result>): void {
  thread.waiting.push(one);
  thread.unsent.push(one.task);
  if (thread.unsent.length >= thread.atOnce) send(thread);
  else if (!thread.isSending) {
    thread.isSending = true;
    setImmediate(() => send(thread));
  }
}

function send<Task, Result>(thread: Thread<Task, Result>): void {
  thread.isSending = false;
  if (thread.unsent.length > 0) thread.worker.postMessage(thread.unsent.splice(0), []);
}
