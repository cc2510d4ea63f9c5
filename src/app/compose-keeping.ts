import { createCacheKeeper, type CacheFolder, type CacheKeeper, type Trimmed } from "../adapters/git/cache-keeper.ts";
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
  /** From now on these are kept within their bounds, looked at every hour and when they grow. */
  readonly boundCaches: (folders: readonly CacheFolder[], bytes: number) => void;
  /** Something was fetched into a cache. */
  readonly cacheGrew: (gitDir: string) => void;
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
  let keeper: CacheKeeper | null = null;
  let looked: Promise<unknown> = Promise.resolve();
  const inOrder = (look: () => Promise<Trimmed | null>): Promise<void> => {
    const before = looked;
    const next = (async (): Promise<void> => {
      await before;
      const { dropped, bytesLeft } = (await look()) ?? { dropped: 0, bytesLeft: 0 };
      if (dropped > 0) log.info("cached repositories were dropped", { dropped, bytesLeft });
    })();
    looked = next.catch(() => {});
    return next;
  };
  return {
    memory,
    boundCaches: (folders, bytes) => {
      const made = createCacheKeeper(folders, { bytes, unusedMs: keep.caches * dayMs }, () => Date.parse(clock()));
      keeper = made;
      regularly(hourMs, () => inOrder(made.trim));
    },
    cacheGrew: (gitDir) => {
      const grown = keeper;
      if (grown === null) return;
      void inOrder(() => grown.grew(gitDir)).catch((cause: unknown) => {
        log.warn("cached repositories could not be kept within their bounds", errorKind(cause));
      });
    },
    stop: async () => {
      keeper = null;
      await Promise.all(stops.map((stop) => stop()));
      await looked;
    },
  };
}
