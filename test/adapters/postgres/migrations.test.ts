import { expect, test } from "vitest";
import { databaseReady, openDatabase } from "../../../src/adapters/postgres/database.ts";
import { createJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { forEachDatabase, noServer, serverOptions } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

forEachDatabase((get) => {
  test("an open database is ready", async () => {
    expect(await databaseReady(get().database)).toBe(true);
  });

  test("a database whose newest migration is another is not ready", async () => {
    const { database } = get();
    await database.pool.query("update kysely_migration set name = '9999-of-the-future'");
    expect(await databaseReady(database)).toBe(false);
    await database.close();
    await expect(openDatabase(get().options)).rejects.toThrow(/changed by another version of Keyward.*Run the version/);
  });
});

test.skipIf(noServer !== null)("several processes that start at once on an empty server all come up", async () => {
  const options = await serverOptions();
  const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase(options)));
  const queues = await Promise.all(databases.map((database) => createJobQueue(database, storeJobs, silentLog)));
  expect(await Promise.all(databases.map(databaseReady))).toEqual([true, true, true, true]);
  for (const queue of queues) await queue.stop();
  for (const database of databases) await database.close();
});

test("a server that is not there is said to be the problem", async () => {
  const options = { url: "postgres://nobody@127.0.0.1:1/none", directory: "", log: silentLog };
  await expect(openDatabase(options)).rejects.toThrow(/cannot be reached \(Error ECONNREFUSED\)\. Check the host/);
});
