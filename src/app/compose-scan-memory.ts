import type { Database } from "../adapters/postgres/database.ts";
import { createScanMemory } from "../adapters/postgres/scan-memory.ts";
import { errorKind } from "../core/errors/error-kind.ts";
import type { ScanMemory } from "../flows/ports/scan-memory.ts";
import type { Clock, Logger } from "../flows/ports/system.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** The memory of what was scanned, which forgets once a day what is used no more; `stop` ends that. */
export function composeScanMemory(
  database: Database,
  clock: Clock,
  log: Logger,
): { readonly memory: ScanMemory; readonly stop: () => Promise<void> } {
  const { forgetUnused, ...memory } = createScanMemory(database, clock);
  let running = Promise.resolve();
  const forget = (): void => {
    running = forgetUnused().catch((cause: unknown) => {
      log.warn("what is used no more could not be forgotten; it is tried again in a day", errorKind(cause));
    });
  };
  forget();
  const timer = setInterval(forget, dayMs);
  timer.unref();
  return {
    memory,
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
