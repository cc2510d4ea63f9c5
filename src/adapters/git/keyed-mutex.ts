/** Lets one at a time in, per key, in order of arrival. */
export type KeyedMutex = {
  /** Waits for its turn (or throws the signal's reason), then runs `work`. */
  readonly run: <T>(key: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;
};

export function createKeyedMutex(): KeyedMutex {
  const tails = new Map<string, Promise<void>>();

  return {
    run: async (key, signal, work) => {
      const before = tails.get(key) ?? Promise.resolve();
      const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
      const tail = before.then(() => finished);
      tails.set(key, tail);
      try {
        await abortable(before, signal);
        return await work();
      } finally {
        finish();
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}

async function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
