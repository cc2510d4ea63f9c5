import { trimCaches, type CacheFolder } from "../adapters/git/cache-keeper.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createRetention } from "../adapters/postgres/retention.ts";
import { createScanMemory } from "../adapters/postgres/scan-memory.ts";
import { errorKind } from "../core/errors/error-kind.ts";
import type { ScanMemory } from "../flows/ports/scan-memory.ts";
import type { Clock, Logger } from "../flows/ports/system.ts";
import type { KeepDays } from "./keep-setting.ts";

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

export type Keeping = {
  readonly memory: ScanMemory;
  /** From now on these are kept within their bounds, looked at every hour. */
  readonly boundCaches: (folders: readonly CacheFolder[], bytes: number) => void;
  readonly stop: () => Promise<void>;
};

/** The memory of what was scanned, and what forgets, once a day, what is needed no more. */
export function composeKeeping(database: Database, keep: KeepDays, clock: Clock, log: Logger): Keeping {
  const { forgetUnused, ...memory } = createScanMemory(database, clock, keep.memory);
  const { dropOld } = createRetention(database, keep, clock);
  const stops: (() => Promise<void>)[] = [];
  const regularly = (everyMs: number, work: () => Promise<void>): void => {
    let running = Promise.resolve();
    const run = (): void => {
      running = running.then(work).catch((cause: unknown) => {
        log.warn("what is needed no more could not be forgotten; it is tried again next time", errorKind(cause));
      });
    };
    run();
    const timer = setInterval(run, everyMs);
    timer.unref();
    stops.push(async () => {
      clearInterval(timer);
      await running;
    });
  };
  regularly(dayMs, async () => {
    await forgetUnused();
    await dropOld();
  });
  return {
    memory,
    boundCaches: (folders, bytes) => {
      regularly(hourMs, async () => {
        const { dropped, bytesLeft } = await trimCaches(
          folders,
          { bytes, unusedMs: keep.caches * dayMs },
          Date.parse(clock()),
        );
        if (dropped > 0) log.info("cached repositories were dropped", { dropped, bytesLeft });
      });
    },
    stop: async () => void (await Promise.all(stops.map((stop) => stop()))),
  };
}
