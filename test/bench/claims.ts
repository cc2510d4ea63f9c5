/**
 * How fast jobs are taken from a queue in which many wait, on both databases: ten thousand of one installation, of three, and of three
 * hundred. The jobs do nothing, so it is the taking that is measured.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import type { AtOnce, JobDefinitions } from "../../src/adapters/postgres/job-definition.ts";
import { createJobQueue } from "../../src/adapters/postgres/job-queue.ts";
import { silentLog } from "../support/log.ts";
import { startPostgres } from "../support/postgres-process.ts";

type Step = { readonly name: "step"; readonly data: { readonly installationId: number; readonly n: number } };

const waiting = 10_000;
const taken = 1500;
const rows: object[] = [];

const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
const embedded = mkdtempSync(join(tmpdir(), "keyward-bench-"));
const postgres = await startPostgres(directory);
try {
  for (const options of [{ url: postgres.url }, {}]) {
    const database = await openDatabase({ directory: embedded, log: silentLog, ...options });
    for (const installations of [1, 3, 300])
      for (const ofInstallation of ["any", "in-turn", { inProcess: 2, inAll: 6 }] as const)
        await measure(database, installations, ofInstallation);
    await database.close();
  }
} finally {
  process.kill(postgres.pid, "SIGINT");
  for (const made of [directory, embedded]) rmSync(made, { recursive: true, force: true });
}
console.table(rows);

async function measure(database: Database, installations: number, ofInstallation: AtOnce): Promise<void> {
  const rule = typeof ofInstallation === "string" ? ofInstallation : "side by side";
  const lane = `lane-${installations}-${rule.replaceAll(" ", "-")}`;
  const definitions: JobDefinitions<Step> = {
    lanes: { [lane]: { concurrency: 4, ofInstallation } },
    jobs: {
      step: {
        lane,
        schema: z.strictObject({ installationId: z.number(), n: z.number() }),
        key: ({ n }) => String(n),
        installationId: ({ installationId }) => installationId,
        retry: { limit: 1, delaySeconds: 0, maxDelaySeconds: 0 },
        expireSeconds: 600,
        priority: 0,
      },
    },
  };
  const queue = await createJobQueue(database, definitions, silentLog);
  const jobs = Array.from({ length: waiting }, (_, n) => ({
    name: "step" as const,
    data: { installationId: 1 + (n % installations), n },
  }));
  await queue.enqueueIn(database.kysely, jobs);
  await database.pool.query("analyze pgboss.job");
  const { promise: done, resolve } = Promise.withResolvers<number>();
  const begun = performance.now();
  let count = 0;
  const step = async (): Promise<void> => {
    count += 1;
    if (count === taken) resolve(performance.now() - begun);
  };
  await queue.startWorkers({ step }, async () => {});
  const millis = await done;
  await queue.stop();
  await database.pool.query("delete from pgboss.job");
  rows.push({
    database: database.kind,
    waiting,
    installations,
    "of one installation": rule,
    "ms a job": (millis / taken).toFixed(2),
    "jobs a second": Math.round((taken * 1000) / millis),
  });
}
