import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CopyRefused, copyDatabase, type CopiedTable } from "../adapters/postgres/copy-database.ts";
import { openDatabase, type Database, type DatabaseOptions } from "../adapters/postgres/database.ts";
import { createJobQueue } from "../adapters/postgres/job-queue.ts";
import { createLogger } from "../adapters/system/logger.ts";
import { jobDefinitions, type AnyJob } from "./worker/jobs.ts";

/**
 * Copies the embedded database of a data directory to a PostgreSQL server. Both are brought to this version's tables first. Throws,
 * saying what to do, when a server is running on the directory, or when the target is not empty.
 */
export async function copyToServer(dataDir: string, url: string): Promise<readonly CopiedTable[]> {
  const directory = join(resolve(dataDir), "database");
  if (!existsSync(directory)) throw new CopyRefused(`There is no database in ${resolve(dataDir)}.`);
  const log = createLogger("warn");
  const source = await openUpToDate({ directory, log });
  try {
    const target = await openUpToDate({ url, directory, log });
    try {
      return await copyDatabase(source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** The job queue makes its tables when it starts. */
async function openUpToDate(options: DatabaseOptions): Promise<Database> {
  const database = await openDatabase(options);
  try {
    const queue = await createJobQueue<AnyJob>(database, jobDefinitions, options.log);
    await queue.stop();
    return database;
  } catch (cause) {
    await database.close();
    throw cause;
  }
}
