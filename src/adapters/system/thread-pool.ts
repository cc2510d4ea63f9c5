import { Worker } from "node:worker_threads";

/** Somebody waits for it, or nobody does. */
export type Urgency = "interactive" | "background";

export type ThreadPoolOptions = {
  /** The program of a thread: it says `ready` once, then answers each task with one message. */
  readonly program: URL;
  readonly workerData: unknown;
  /** At most. They start when there is work for them; one is kept ready when another had to be ended. */
  readonly threads: number;
  /** Whether the first one starts at once. */
  readonly warm: boolean;
  /** What one task may take. Memory counts what the thread holds beside it. */
  readonly limits: { readonly millis: number; readonly megabytes: number };
};

/** What became of a task. `lost`: its thread ended by itself, through an error of that name. */
export type TaskOutcome<Result> =
  | { readonly kind: "answered"; readonly result: Result }
  | { readonly kind: "timeout" }
  | { readonly kind: "out-of-memory" }
  | { readonly kind: "lost"; readonly error: string };

export type ThreadPool<Task, Result> = {
  /** Rejects only when no thread can be started, or the pool is closed. */
  readonly run: (task: Task, urgency: Urgency) => Promise<TaskOutcome<Result>>;
  readonly close: () => Promise<void>;
};

type Waiting<Task, Result> = {
  readonly task: Task;
  readonly urgency: Urgency;
  /** It ran out of memory before, in a thread that held what earlier tasks had left. */
  readonly again: boolean;
  readonly resolve: (outcome: TaskOutcome<Result>) => void;
  readonly reject: (error: Error) => void;
};

const memoryLookMillis = 250;

/**
 * Threads that each do one task at a time. A task that takes more than it may costs its thread, which is replaced; nothing else.
 * What somebody waits for comes first, and background work leaves one thread to it, where there are several.
 */
export function createThreadPool<Task, Result>(options: ThreadPoolOptions): ThreadPool<Task, Result> {
  const { threads, limits, warm } = options;
  const queues: Readonly<Record<Urgency, Waiting<Task, Result>[]>> = { interactive: [], background: [] };
  const all = new Set<Worker>();
  const idle: Worker[] = [];
  const used = new WeakSet<Worker>();
  const mostInBackground = Math.max(1, threads - 1);
  let inBackground = 0;
  let closed = false;

  const takeNext = (): Waiting<Task, Result> | undefined =>
    queues.interactive.shift() ?? (inBackground < mostInBackground ? queues.background.shift() : undefined);

  const start = (): void => {
    const worker = startThread(options);
    all.add(worker);
    let error: unknown = new Error("it ended by itself");
    const failed = (thrown: unknown): void => void (error = thrown);
    const ended = (): void => {
      all.delete(worker);
      // Another one would not start either; whoever waits is told, and may try again.
      if (!closed && all.size === 0) failAll(new Error("A thread cannot be started.", { cause: error }));
    };
    worker.on("error", failed).once("exit", ended);
    worker.once("message", () => {
      worker.off("error", failed).off("exit", ended).on("error", ignore);
      idle.push(worker);
      goOn();
    });
  };

  const goOn = (): void => {
    if (closed) return;
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) {
      const next = takeNext();
      if (next === undefined) {
        idle.push(worker);
        break;
      }
      void work(worker, next);
    }
    const waiting = queues.interactive.length + queues.background.length;
    const starting = all.size === 0 || (waiting > 0 && idle.length === 0 && all.size < threads);
    if (starting) start();
  };

  const work = async (worker: Worker, one: Waiting<Task, Result>): Promise<void> => {
    if (one.urgency === "background") inBackground += 1;
    const outcome = await outcomeOf<Result>(worker, one.task, limits);
    if (one.urgency === "background") inBackground -= 1;
    // The task may not be to blame: a thread that has done others holds what they left.
    if (outcome.kind === "out-of-memory" && used.has(worker) && !one.again)
      queues[one.urgency].unshift({ ...one, again: true });
    else one.resolve(outcome);
    used.add(worker);
    if (outcome.kind === "answered") {
      idle.push(worker);
    } else {
      all.delete(worker);
      void worker.terminate();
    }
    goOn();
  };

  const failAll = (error: Error): void => {
    for (const queue of Object.values(queues)) for (const { reject } of queue.splice(0)) reject(error);
  };

  if (warm) goOn();
  return {
    run: (task, urgency) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error("The threads are closed."));
        queues[urgency].push({ task, urgency, again: false, resolve, reject });
        goOn();
      }),
    close: async () => {
      closed = true;
      failAll(new Error("The threads are closed."));
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

function ignore(): void {
  // Whoever is at work listens for itself.
}

function startThread({ program, workerData, limits }: ThreadPoolOptions): Worker {
  return new Worker(program, {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: limits.megabytes, maxYoungGenerationSizeMb: 64 },
    // Nothing of the process's environment is needed there, and nothing shall be written to its output.
    env: {},
    stdout: true,
    stderr: true,
  });
}

/** Waits for the answer, an end of the thread, or a limit. */
async function outcomeOf<Result>(
  worker: Worker,
  task: unknown,
  { millis, megabytes }: ThreadPoolOptions["limits"],
): Promise<TaskOutcome<Result>> {
  const { promise, resolve } = Promise.withResolvers<TaskOutcome<Result>>();
  const onMessage = (result: Result): void => resolve({ kind: "answered", result });
  let ending: TaskOutcome<Result> = { kind: "lost", error: "none" };
  const onError = (error: unknown): void => void (ending = endingBy(error));
  // Only now: an error can overtake an answer that was sent before it.
  const onExit = (): void => resolve(ending);
  const timer = setTimeout(() => resolve({ kind: "timeout" }), millis);
  const watch = setInterval(
    () => void watchMemory(worker, megabytes, () => resolve({ kind: "out-of-memory" })),
    memoryLookMillis,
  );
  worker.on("message", onMessage).on("error", onError).on("exit", onExit);
  worker.postMessage(task, []);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    worker.off("message", onMessage).off("error", onError).off("exit", onExit);
  }
}

/** Of an error only the name: its message could quote what the thread was at. */
function endingBy(error: unknown): Exclude<TaskOutcome<never>, { readonly kind: "answered" }> {
  if (!(error instanceof Error)) return { kind: "lost", error: "unknown" };
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return { kind: "out-of-memory" };
  return { kind: "lost", error: error.name };
}

/** Buffers lie outside the heap that `resourceLimits` bounds. */
async function watchMemory(worker: Worker, megabytes: number, tell: () => void): Promise<void> {
  try {
    const { used_heap_size: heap, external_memory: outside } = await worker.getHeapStatistics();
    if (heap + outside > megabytes * 1024 * 1024) tell();
  } catch {
    // It has ended meanwhile, which is noticed elsewhere.
  }
}
