import { Worker } from "node:worker_threads";
import type { Allowance } from "./allowance.ts";
import { gapOf, type Part, type PartGap, tooLarge } from "./part.ts";
import type { UnpackReply, UnpackRequest, WorkerKind } from "./unpack-worker-protocol.ts";

type Parts = readonly (Part | PartGap)[];

/** A thread that opens one container at a time. */
export type UnpackWorker = {
  /** Never rejects. Waiting for its turn takes nothing from the allowance's time. */
  readonly unpack: (kind: WorkerKind, bytes: Uint8Array, name: string, allowance: Allowance) => Promise<Parts>;
  /** Ends the thread; what is being opened becomes a gap. */
  readonly close: () => Promise<void>;
};

/** The compiled program has compiled files. */
const workerFile = new URL(
  import.meta.url.endsWith(".ts") ? "./unpack-worker.ts" : "./unpack-worker.js",
  import.meta.url,
);

const memoryLookMillis = 100;

/** Starts the thread when first asked, ends it when a container takes more time or memory than it may, and starts another then. */
export function createUnpackWorker(megabytes: number): UnpackWorker {
  let worker: Worker | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let lastId = 0;
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };
  const work = async (request: UnpackRequest, millis: number): Promise<Parts> => {
    worker ??= startWorker(megabytes, () => (worker = null));
    const outcome = await outcomeOf(worker, request, { millis, megabytes });
    if (outcome.kind === "answered") return outcome.parts;
    await end();
    return [outcome.gap];
  };
  return {
    unpack: async (kind, bytes, name, allowance) => {
      const room = allowance.roomFor(bytes.length);
      if (room === 0) return [tooLarge("", 0)];
      allowance.stopClock();
      const before = turn;
      const { promise: mine, resolve: done } = Promise.withResolvers<void>();
      turn = mine;
      await before;
      allowance.runClock();
      try {
        // A copy of these bytes alone: of a view all the memory under it would be sent.
        return await work({ id: ++lastId, kind, bytes: new Uint8Array(bytes), name, room }, allowance.millisLeft());
      } finally {
        done();
      }
    },
    close: end,
  };
}

function startWorker(megabytes: number, onEnd: () => void): Worker {
  const worker = new Worker(workerFile, {
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 64 },
    // Nothing of the host's environment is needed, and libraries shall not write to its output.
    env: {},
    stdout: true,
    stderr: true,
  });
  // Also between two containers an error must end the thread alone; the next container finds it gone.
  return worker.on("error", () => {}).once("exit", onEnd);
}

type Outcome = { readonly kind: "answered"; readonly parts: Parts } | { readonly kind: "lost"; readonly gap: PartGap };

/** Waits for the answer, an end of the thread, or a limit. The thread keeps the process alive only meanwhile. */
async function outcomeOf(
  worker: Worker,
  request: UnpackRequest,
  limits: { readonly millis: number; readonly megabytes: number },
): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const lose = (reason: PartGap["reason"], detail: string): void =>
    resolve({ kind: "lost", gap: gapOf("", reason, detail) });
  const needsMemory = (): void => lose("too-large", `Opening it needs more than ${limits.megabytes} MiB of memory.`);
  const onMessage = ({ id, parts }: UnpackReply): void => {
    if (id === request.id) resolve({ kind: "answered", parts });
  };
  const onError = (error: Error): void => {
    if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") needsMemory();
    else lose("corrupt", `Opening it as ${request.kind} failed (${error.name}).`);
  };
  const onExit = (): void => lose("corrupt", `Opening it as ${request.kind} ended early.`);
  const timer = setTimeout(() => lose("timeout", `Opening it took more than ${limits.millis} ms.`), limits.millis);
  const watch = setInterval(() => void watchMemory(worker, limits.megabytes, needsMemory), memoryLookMillis);
  worker.on("message", onMessage).on("error", onError).on("exit", onExit).ref();
  worker.postMessage(request, []);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    worker.off("message", onMessage).off("error", onError).off("exit", onExit).unref();
  }
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
