import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import { createJobQueue } from "../../src/adapters/postgres/job-queue.ts";
import { jobDefinitions } from "../../src/app/worker/jobs.ts";
import { openDatabase, type Database, type DatabaseOptions } from "../../src/adapters/postgres/database.ts";
import { lookAtTheEnd, lookForLeaksIn } from "./leaks/leaks.ts";
import { logPosition, lookForLeaksInFiles } from "./leaks/server-files.ts";
import { keepRowsReadable, lookForLeaksInRows } from "./leaks/rows.ts";
import { silentLog } from "./log.ts";
import { postgresServer } from "./postgres-server.ts";
import { oncePerRun } from "./run-directory.ts";

/** A database of one suite: open, with what it takes to open it again elsewhere. */
export type TestDatabase = { readonly database: Database; readonly options: DatabaseOptions };

/** Why there is no PostgreSQL server, or null. Asked while tests are collected, so that a suite can be skipped as a whole. */
export const noServer = await postgresServer().then(
  () => null,
  (error: unknown) => (error instanceof Error ? error.message : String(error)),
);

/**
 * Runs a suite twice: on an embedded database and on a real PostgreSQL server (skipped, with the reason printed, where none can
 * be started). Each has a fresh database, shared by the suite's tests.
 */
export function forEachDatabase(suite: (get: () => TestDatabase) => void): void {
  describe("on the embedded database", () => {
    withDatabase(embeddedOptions, suite);
  });
  onServer(suite);
}

/** The half of `forEachDatabase` for what only a server can do: several processes at once. */
export function onServer(suite: (get: () => TestDatabase) => void): void {
  if (noServer !== null) process.stderr.write(`skipped on a PostgreSQL server: ${noServer}\n`);
  describe.skipIf(noServer !== null)("on a PostgreSQL server", () => {
    withDatabase(serverOptions, suite);
  });
}

/** A fresh directory with an embedded database in it, made by copying one (making one takes seconds). */
export async function embeddedOptions(): Promise<DatabaseOptions> {
  const template = await oncePerRun("embedded", async (directory) => {
    const made = await openDatabase({ directory, log: silentLog });
    await keepRowsReadable(made.pool);
    await made.close();
    return directory;
  });
  const directory = mkdtempSync(join(tmpdir(), "keyward-data-"));
  cpSync(template, directory, { recursive: true });
  lookAtTheEnd(() => {
    if (!existsSync(directory)) return;
    lookForLeaksIn("an embedded database", directory);
    rmSync(directory, { recursive: true, force: true });
  });
  return { directory, log: silentLog };
}

/** A fresh data directory of Keyward's, as its server leaves one that has seen nothing yet. */
export async function keywardDataDir(): Promise<string> {
  const template = await oncePerRun("keyward", async (directory) => {
    const made = await openDatabase({ directory, log: silentLog });
    const queue = await createJobQueue(made, jobDefinitions, silentLog);
    await queue.stop();
    await keepRowsReadable(made.pool);
    await made.close();
    return directory;
  });
  const directory = mkdtempSync(join(tmpdir(), "keyward-data-"));
  cpSync(template, join(directory, "database"), { recursive: true });
  return directory;
}

/** A fresh database on the server, made by copying one. */
export async function serverOptions(): Promise<DatabaseOptions> {
  const template = await oncePerRun("server", async () => {
    const options = await emptyServerOptions("template");
    const made = await openDatabase(options);
    await keepRowsReadable(made.pool);
    await made.close();
    return "template";
  });
  return newDatabase(`test_${randomUUID().replaceAll("-", "")}`, `template ${template}`);
}

/** A database on the server without any table. */
export const emptyServerOptions = (name = `test_${randomUUID().replaceAll("-", "")}`): Promise<DatabaseOptions> =>
  newDatabase(name, "");

async function newDatabase(name: string, how: string): Promise<DatabaseOptions> {
  const url = new URL(await postgresServer());
  const client = new pg.Client(url.href);
  await client.connect();
  await client.query(`create database ${name} ${how}`);
  const since = await logPosition(client);
  await client.end();
  url.pathname = name;
  lookAtTheEnd(async () => {
    const pool = new pg.Pool({ connectionString: url.href });
    await lookForLeaksInRows(pool);
    await lookForLeaksInFiles(pool, since);
    await pool.end();
  });
  return { url: url.href, directory: "", log: silentLog };
}

function withDatabase(prepare: () => Promise<DatabaseOptions>, suite: (get: () => TestDatabase) => void): void {
  let open: TestDatabase | undefined;
  beforeAll(async () => {
    const options = await prepare();
    open = { options, database: await openDatabase(options) };
  });
  afterAll(async () => {
    if (!open) return;
    // What a test has closed is looked at by whoever made it.
    if (!open.database.pool.ended) await lookForLeaksInRows(open.database.pool);
    await open.database.close();
  });
  suite(() => {
    if (!open) throw new Error("the database is open while tests run only");
    return open;
  });
}
