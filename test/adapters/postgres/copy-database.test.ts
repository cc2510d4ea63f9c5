import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyDatabase, CopyRefused } from "../../../src/adapters/postgres/copy-database.ts";
import { openDatabase, type Database } from "../../../src/adapters/postgres/database.ts";
import { createDeliveryStore } from "../../../src/adapters/postgres/delivery-store.ts";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { createScanMemory } from "../../../src/adapters/postgres/scan-memory.ts";
import { createSealer } from "../../../src/adapters/system/sealer.ts";
import { createTimelineHash } from "../../../src/adapters/system/timeline-hash.ts";
import { recordSighting } from "../../../src/flows/record-sighting.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";
import { embeddedOptions, noServer, serverOptions } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

const master = new Uint8Array(32).fill(7);
const at = (): string => "2026-11-02T10:00:00.123Z";

describe.skipIf(noServer !== null)("a copy of the embedded database on a server", () => {
  let source: Database;
  let target: Database;
  const sealer = createSealer([{ id: 1, master }]);
  const payload = new TextEncoder().encode('{"what":"people\'s words, with \\u0000, \\\\ and ☃"}');

  beforeAll(async () => {
    source = await openDatabase(await embeddedOptions());
    target = await openDatabase(await serverOptions());
    await (await createJobQueue(target, storeJobs, silentLog)).stop();
    const queue = await createJobQueue(source, storeJobs, silentLog);
    const hash = createTimelineHash(master);
    const incidents = createIncidentStore(source, queue, hash);
    for (let n = 0; n < 300; n++) {
      const occurrence = {
        kind: "code",
        repoId: 42,
        commit: aSha("c"),
        blob: aSha("b"),
        path: `a/"${n}'\\.ts`,
        line: 3,
        seenAt: at(),
      } as const;
      const finding = aFinding({ fingerprint: n.toString(16).padStart(32, "0") });
      await recordSighting(
        { home: aRepo(), finding, occurrences: [occurrence] },
        { incidents, clock: at, newId: () => `i-${n}` },
      );
    }
    const memory = createScanMemory(source, at, 90);
    const question = { scanner: "s", object: aSha("b"), place: "p" };
    const said = { findings: [], gaps: [{ path: "", reason: "encrypted" as const, detail: "☃ \n" }] };
    await memory.remember(aRepo(), [{ question, answer: { kind: "scanned", bytes: 9, said } }]);
    await source.pool.query(
      "insert into deliveries (guid, event, installation_id, received_at, payload) values ($1, 'push', 7, $2, $3)",
      ["g-1", at(), Buffer.from(sealer.seal(payload, "g-1"))],
    );
    await queue.stop();
  });
  afterAll(async () => {
    await Promise.all([source.close(), target.close()]);
  });

  it("has every row of every table, the jobs and what is to follow included, and says so by counts and hashes", async () => {
    const copied = await copyDatabase(source, target);
    const rows = new Map(copied.map(({ table, rows: count }) => [table, count]));
    expect(rows.get("public.incidents")).toBe(300);
    expect(rows.get("public.incident_events")).toBeGreaterThanOrEqual(300);
    expect(rows.get("pgboss.job")).toBeGreaterThanOrEqual(300);
    expect(rows.get("public.scan_memory")).toBe(1);
    const jobs = "select id, name, state, singleton_key, data, start_after, created_on from pgboss.job order by id";
    const [there, here] = [await source.pool.query(jobs), await target.pool.query(jobs)];
    expect(here.rows).toEqual(there.rows);
    const queue = { enqueueIn: async () => 0 };
    const delivery = await createDeliveryStore(target, queue, sealer).take("g-1");
    expect(Buffer.from(delivery?.payload ?? []).equals(payload)).toBe(true);
    const store = createIncidentStore(target, queue, createTimelineHash(master));
    const incident = await store.byFingerprint(aRepo().installationId, "0".repeat(32));
    expect(incident?.occurrences).toMatchObject([{ path: "a/\"0'\\.ts" }]);
  });

  it("goes on counting where the source stopped", async () => {
    const next =
      "select max(position) as most, nextval(pg_get_serial_sequence('occurrences', 'position')) as next from occurrences";
    const { rows } = await target.pool.query<{ most: number; next: number }>(next);
    expect(rows[0]?.next).toBeGreaterThan(rows[0]?.most ?? Infinity);
  });

  it("is refused where something is already, and changes nothing there", async () => {
    const before = await target.pool.query("select count(*) from incidents");
    await expect(copyDatabase(source, target)).rejects.toThrow(CopyRefused);
    expect((await target.pool.query("select count(*) from incidents")).rows).toEqual(before.rows);
  });

  it("that breaks off leaves nothing behind, and is made when it is tried again", async () => {
    const other = await openDatabase(await serverOptions());
    try {
      await (await createJobQueue(other, storeJobs, silentLog)).stop();
      // The last table in alphabetical order whose rows are then refused.
      await other.pool.query("alter table scan_memory add constraint no_more check (bytes <> 9)");
      await expect(copyDatabase(source, other)).rejects.toThrow("no_more");
      expect((await other.pool.query("select count(*)::int as n from incidents")).rows).toEqual([{ n: 0 }]);
      await other.pool.query("alter table scan_memory drop constraint no_more");
      expect((await copyDatabase(source, other)).length).toBeGreaterThan(10);
    } finally {
      await other.close();
    }
  });
});
