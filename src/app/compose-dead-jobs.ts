import { join, resolve } from "node:path";
import { openDatabase } from "../adapters/postgres/database.ts";
import { createDeadJobs, type DeadJobs } from "../adapters/postgres/dead-jobs.ts";
import { createJobQueue } from "../adapters/postgres/job-queue.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { StoreSettings } from "./settings.ts";
import { jobDefinitions, type AnyJob } from "./worker/jobs.ts";

/** Opens the database for what became of jobs, beside running servers if it is on a PostgreSQL server. Throws, saying what to do. */
export async function openDeadJobs(
  settings: StoreSettings,
): Promise<DeadJobs & { readonly close: () => Promise<void> }> {
  const log = createLogger("warn");
  const database = await openDatabase({
    url: settings.databaseUrl ?? undefined,
    directory: join(resolve(settings.dataDir), "database"),
    log,
  });
  const queue = await createJobQueue<AnyJob>(database, jobDefinitions, log);
  return {
    ...createDeadJobs(database, queue),
    close: async () => {
      await queue.stop();
      await database.close();
    },
  };
}
