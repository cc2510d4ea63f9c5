import { Kysely, PostgresDialect } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { expect, test } from "vitest";
import { databaseReady, openDatabase } from "../../../src/adapters/postgres/database.ts";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { deliveriesScopesIncidents } from "../../../src/adapters/postgres/migrations/0001-deliveries-scopes-incidents.ts";
import { openIncident } from "../../../src/core/incident/incident.ts";
import { aFinding, anOccurrence, aRepo, aSha } from "../../support/builders.ts";
import { forEachDatabase, noServer, emptyServerOptions } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

forEachDatabase((get) => {
  test("an open database is ready", async () => {
    expect(await databaseReady(get().database)).toBe(true);
  });

  test("a database whose newest migration is another is not ready", async () => {
    const { database } = get();
    await database.pool.query(
      "update kysely_migration set name = '9999-of-the-future' where name = (select max(name) from kysely_migration)",
    );
    expect(await databaseReady(database)).toBe(false);
    await database.close();
    await expect(openDatabase(get().options)).rejects.toThrow(/changed by another version of Keyward.*Run the version/);
  });
});

test.skipIf(noServer !== null)("several processes that start at once on an empty server all come up", async () => {
  const options = await emptyServerOptions();
  const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase(options)));
  const queues = await Promise.all(databases.map((database) => createJobQueue(database, storeJobs, silentLog)));
  expect(await Promise.all(databases.map(databaseReady))).toEqual([true, true, true, true]);
  for (const queue of queues) await queue.stop();
  for (const database of databases) await database.close();
});

test.skipIf(noServer !== null)("what the first release stored is an incident as it is now", async () => {
  const options = await emptyServerOptions();
  const pool = new pg.Pool({ connectionString: options.url });
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const first = { "0001-deliveries-scopes-incidents": deliveriesScopesIncidents };
  await new Migrator({ db: kysely, provider: { getMigrations: async () => first } }).migrateToLatest();
  await pool.query(
    "insert into incidents values ('i1', 7, $1, 'github-pat', 'GitHub', 'A token', 'critical', 'ghp_****', 'open', '2026-11-01T10:00:00Z', $2, 12)",
    ["f".repeat(32), JSON.stringify(aRepo())],
  );
  await pool.query(
    "insert into occurrences (incident_id, repo_id, commit_sha, blob_sha, path, line, seen_at) values ('i1', 42, $1, $2, 'a.ts', 3, '2026-11-01T10:00:00Z')",
    [aSha("c"), aSha("b")],
  );
  await kysely.destroy();
  const database = await openDatabase(options);
  const store = createIncidentStore(database, { enqueueIn: async () => 0 }, (text) => text);
  const seenAt = "2026-11-01T10:00:00.000Z";
  const place = anOccurrence({ seenAt });
  const opened = openIncident({
    id: "i1",
    home: aRepo(),
    finding: aFinding({ title: "A token" }),
    occurrences: [place],
  });
  const incident = await store.byIssue(42, 12);
  expect(incident).toEqual({
    ...opened,
    ruleId: "github-pat",
    filing: { kind: "issue", repo: aRepo(), number: 12, audience: "members" },
    // Nobody is reminded of what was due before there were reminders, before a day has passed.
    countdown: { ...opened.countdown, reminders: 2 },
  });
  expect(await store.save({ ...opened, filing: null }, incident, [])).toBe("saved");
  await database.close();
});

test("a server that is not there is said to be the problem", async () => {
  const options = { url: "postgres://nobody@127.0.0.1:1/none", directory: "", log: silentLog };
  await expect(openDatabase(options)).rejects.toThrow(/cannot be reached \(Error ECONNREFUSED\)\. Check the host/);
});
