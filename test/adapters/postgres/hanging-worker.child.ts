// Takes a job and never finishes it; says so when it has begun.
import { openDatabase, type DatabaseOptions } from "../../../src/adapters/postgres/database.ts";
import { createJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { silentLog } from "../../support/log.ts";
import { storeJobs } from "../../support/job-definitions.ts";

const options = JSON.parse(process.argv[2] ?? "") as Pick<DatabaseOptions, "url" | "directory">;
const database = await openDatabase({ ...options, log: silentLog });
const queue = await createJobQueue(database, storeJobs, silentLog, { heartbeatSeconds: 10, pollSeconds: 1 });
const hang = async (): Promise<void> => {
  process.stdout.write("begun\n");
  await new Promise(() => {});
};
const handlers = Object.fromEntries(Object.keys(storeJobs.jobs).map((name) => [name, hang]));
await queue.startWorkers(handlers as unknown as Parameters<typeof queue.startWorkers>[0], async () => {});
