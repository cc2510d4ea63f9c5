import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import { databaseReady, openDatabase, type Database } from "../../../src/adapters/postgres/database.ts";
import { createDeliveryStore } from "../../../src/adapters/postgres/delivery-store.ts";
import { DurableNodeFs } from "../../../src/adapters/postgres/durable-fs.ts";
import { examineDatabase } from "../../../src/adapters/postgres/examine-database.ts";
import { checkCommitsReachTheDisk } from "../../../src/adapters/postgres/pglite-server.ts";
import { checkLockHolds, lockDirectory } from "../../../src/adapters/postgres/process-lock.ts";
import { createSealer } from "../../../src/adapters/system/sealer.ts";
import { startChild, type TestChild } from "../../support/child.ts";
import { embeddedOptions } from "../../support/databases.ts";
import { silentLog } from "../../support/log.ts";

const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of clean.splice(0).toReversed()) await undo();
});

async function directoryWithDatabase(): Promise<string> {
  const { directory } = await embeddedOptions();
  clean.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "keyward-data-"));
  clean.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function open(directory: string): Promise<Database> {
  const database = await openDatabase({ directory, log: silentLog });
  clean.push(() => database.close());
  return database;
}

function writer(directory: string, first: number): TestChild {
  const child = startChild("adapters/postgres/writer.child.ts", [directory, `${first}`]);
  clean.push(() => child.kill());
  return child;
}

test("nothing that was acknowledged is lost when the process is killed, over and over", async () => {
  const directory = await directoryWithDatabase();
  const acknowledged: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const child = writer(directory, 1 + Math.max(0, ...acknowledged) + 1000);
    await child.hasSaid(20);
    await wait(50 * round);
    await child.kill();
    acknowledged.push(...child.said.map(Number));
  }
  const { kysely } = await open(directory);
  const { rows } = await sql<{ number: number }>`select number from numbers order by number`.execute(kysely);
  const stored = new Set(rows.map(({ number }) => number));
  expect(acknowledged.length).toBeGreaterThanOrEqual(60);
  expect(acknowledged.filter((number) => !stored.has(number))).toEqual([]);
});

test("a second process is refused, told who is there and what to do; the kill of the first lets it in", async () => {
  const directory = await directoryWithDatabase();
  const child = writer(directory, 1);
  await child.hasSaid(1);
  const refused = open(directory);
  await expect(refused).rejects.toThrow(/in use by another Keyward process .*Stop that one, or .* DATABASE_URL/);
  await expect(refused).rejects.toThrow(new RegExp(`process ${child.pid} on `));
  await child.kill();
  expect(await databaseReady(await open(directory))).toBe(true);
});

test("the same process is refused as well, until it has closed the first", async () => {
  const directory = await directoryWithDatabase();
  const first = await openDatabase({ directory, log: silentLog });
  await expect(open(directory)).rejects.toThrow(/in use by another Keyward process/);
  await first.close();
  await open(directory);
});

test("the check of the lock lets nobody start where locks do not hold", async () => {
  const directory = emptyDirectory();
  const lock = lockDirectory(directory);
  await checkLockHolds(directory);
  lock.release();
  await expect(checkLockHolds(directory)).rejects.toThrow(/does not keep a second process out.*DATABASE_URL/);
});

test("the check of commits lets nobody start where they do not reach the disk", async () => {
  // PGlite's own parameters hold `-F`, which turns fsync off.
  const fs = new DurableNodeFs(join(await directoryWithDatabase(), "pg"));
  const pglite = await PGlite.create({ fs, startParams: PGlite.defaultStartParams });
  clean.push(() => pglite.close());
  await expect(checkCommitsReachTheDisk(pglite, fs)).rejects.toThrow(/does not force its commits to the disk/);
});

test("what protects commits is on", async () => {
  const { pool } = await open(await directoryWithDatabase());
  const names = ["fsync", "synchronous_commit", "full_page_writes", "wal_sync_method"];
  const { rows } = await pool.query("select name, setting from pg_settings where name = any($1) order by name", [
    names,
  ]);
  expect(rows).toEqual([
    { name: "fsync", setting: "on" },
    { name: "full_page_writes", setting: "on" },
    { name: "synchronous_commit", setting: "on" },
    { name: "wal_sync_method", setting: "fsync" },
  ]);
});

test("a start that was cut off while it made the database is made up for by the next", async () => {
  const directory = emptyDirectory();
  mkdirSync(join(directory, "pg.new", "base"), { recursive: true });
  writeFileSync(join(directory, "pg.new", "PG_VERSION"), "18\n");
  expect(await databaseReady(await open(directory))).toBe(true);
});

test("a directory that cannot be one says so", async () => {
  const file = join(emptyDirectory(), "file");
  writeFileSync(file, "");
  await expect(open(file)).rejects.toThrow(/data directory .* cannot be made\. Choose another one/);
});

test("a lock file that is something else says so", async () => {
  const directory = emptyDirectory();
  writeFileSync(join(directory, "lock.sqlite"), "not a database, but longer than the header of one would be".repeat(9));
  await expect(open(directory)).rejects.toThrow(/cannot be locked\. Check that it is writable/);
});

test("a failed statement inside a transaction leaves the one connection usable", async () => {
  const { kysely } = await open(await directoryWithDatabase());
  const failing = kysely.transaction().execute((transaction) => sql`select 1 / 0`.execute(transaction));
  await expect(failing).rejects.toThrow(/division by zero/);
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(kysely);
  expect(rows).toEqual([{ one: 1 }]);
});

test("while its one connection is busy the database is not ready, and says so in time", async () => {
  const database = await open(await directoryWithDatabase());
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const busy = database.kysely.transaction().execute(() => released);
  await wait(20);
  expect(await databaseReady(database)).toBe(false);
  release();
  await busy;
  expect(await databaseReady(database)).toBe(true);
});

test("the doctor looks into one that no server runs on, changes nothing there, and says when a server does", async () => {
  const directory = await directoryWithDatabase();
  const database = await open(directory);
  const master = new Uint8Array(32);
  const delivery = { guid: "g-1", event: "push", installationId: 7, receivedAt: "2026-11-02T10:00:00.000Z" } as const;
  const store = createDeliveryStore(database, { enqueueIn: async () => 0 }, createSealer([{ id: 2, master }]));
  await store.accept({ ...delivery, payload: Buffer.from("{}") });
  const examine = (id: number) =>
    examineDatabase({ url: null, directory, sealer: createSealer([{ id, master }]) }).then((found) =>
      found.map(({ about, state, found: what }) => [about, state, what]),
    );
  expect(await examine(1)).toEqual([["database", "good", expect.stringContaining("is not looked into")]]);
  await database.close();
  const files = (): unknown =>
    readdirSync(join(directory, "pg"), { recursive: true, encoding: "utf8" }).map((name) => {
      const { size, mtimeMs } = statSync(join(directory, "pg", name));
      return [name, size, mtimeMs];
    });
  const before = files();
  const there = [
    ["database", "good", expect.stringContaining("no server is running on it")],
    ["tables", "good", "are those of this version"],
  ];
  expect(await examine(1)).toEqual([...there, ["sealed texts", "bad", expect.stringContaining("master key 2 is not")]]);
  expect(await examine(2)).toEqual([...there, ["sealed texts", "good", "open with the master keys at hand"]]);
  expect(files()).toEqual(before);
});
