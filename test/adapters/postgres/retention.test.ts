import { expect, test } from "vitest";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { createRetention } from "../../../src/adapters/postgres/retention.ts";
import { createTimelineHash } from "../../../src/adapters/system/timeline-hash.ts";
import { recordEvents } from "../../../src/flows/record-events.ts";
import { recordSighting } from "../../../src/flows/record-sighting.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

const now = "2026-11-02T10:00:00.000Z";
const daysAgo = (days: number): string => new Date(Date.parse(now) - days * 24 * 60 * 60 * 1000).toISOString();

forEachDatabase((get) => {
  const drop = (places: number | null): Promise<void> =>
    createRetention(get().database, { deliveries: 30, verdicts: 365, places }, () => now).dropOld();

  test("deliveries that were dealt with are forgotten after their time; one that waits never is", async () => {
    const { pool } = get().database;
    const insert = "insert into deliveries (guid, event, received_at, payload) values ($1, 'push', $2, $3)";
    await pool.query(insert, ["old", daysAgo(31), null]);
    await pool.query(insert, ["old-and-waiting", daysAgo(31), Buffer.from("sealed")]);
    await pool.query(insert, ["young", daysAgo(29), null]);
    await drop(null);
    const { rows } = await pool.query<{ guid: string }>("select guid from deliveries order by guid");
    expect(rows.map(({ guid }) => guid)).toEqual(["old-and-waiting", "young"]);
  });

  test("judgements are forgotten after their time, unless something is still to come of them", async () => {
    const { pool } = get().database;
    const insert = `insert into scopes (repo_id, head_sha, scope, installation_id, repo, source, verdict, commits, retry, told, changed_at)
      values (1, $1, 'push', 7, '{}', '{}', $2, $2, $3, $4, $5)`;
    await pool.query(insert, ["told", "[]", null, true, daysAgo(366)]);
    await pool.query(insert, ["given-up", "[]", '{"kind":"given-up"}', true, daysAgo(366)]);
    await pool.query(insert, ["planned", "[]", '{"kind":"planned"}', true, daysAgo(366)]);
    await pool.query(insert, ["running", null, null, true, daysAgo(366)]);
    await pool.query(insert, ["untold", "[]", null, false, daysAgo(366)]);
    await pool.query(insert, ["young", "[]", null, true, daysAgo(364)]);
    await drop(null);
    const { rows } = await pool.query<{ head: string }>("select head_sha as head from scopes order by head_sha");
    expect(rows.map(({ head }) => head)).toEqual(["planned", "running", "untold", "young"]);
  });

  test("how repositories were accessed is forgotten when nothing is compared with it any more", async () => {
    const { pool } = get().database;
    for (const days of [181, 179]) {
      const insert = "insert into repository_readers values (7, 'acme/shop', $1, 'DE', 'SSH key', null, $2, $2, 1)";
      await pool.query(insert, [`reader-${days}`, daysAgo(days)]);
    }
    for (const days of [36, 34]) {
      const insert = "insert into credential_hours values (7, $1, $2, 'DE', 'SSH key', 'ada', 1, 0)";
      await pool.query(insert, [`key-${days}`, daysAgo(days)]);
    }
    for (const days of [91, 89])
      await pool.query("insert into clone_days values ($1, $2, 1, 1)", [days, daysAgo(days)]);
    await drop(null);
    const { rows } = await pool.query<{ kept: string }>(`
      select actor as kept from repository_readers union all select credential from credential_hours
      union all select repo_id::text from clone_days order by 1`);
    expect(rows.map(({ kept }) => kept)).toEqual(["89", "key-34", "reader-179"]);
  });

  test("of an incident that is long over the newest place stays, and all of its timeline, whose chain holds", async () => {
    const queue = await createJobQueue(get().database, storeJobs, silentLog);
    const incidents = createIncidentStore(get().database, queue, createTimelineHash(new Uint8Array(32).fill(3)));
    const clock = (): string => daysAgo(100);
    const make = async (id: string, fingerprint: string, isOver: boolean): Promise<void> => {
      const place = { kind: "code", repoId: 42, commit: aSha("c"), blob: aSha("b"), line: 3 } as const;
      const occurrences = [300, 200, 101].map((days) => ({ ...place, path: `seen-${days}`, seenAt: daysAgo(days) }));
      const finding = aFinding({ fingerprint: fingerprint.repeat(32) });
      const ports = { incidents, clock, newId: () => id };
      await recordSighting({ home: aRepo(), finding, occurrences }, ports);
      const by = { kind: "person", login: "mona" } as const;
      const dismissed = { kind: "dismissed", by, reason: "a sample", until: null } as const;
      if (isOver) await recordEvents(id, () => [dismissed], ports);
    };
    await make("over", "a", true);
    await make("open", "b", false);
    const timeline = await incidents.timeline("over");
    const paths = async (id: string): Promise<readonly string[]> =>
      ((await incidents.byId(id))?.occurrences ?? []).map((one) => (one.kind === "code" ? one.path : ""));
    await drop(null);
    expect(await paths("over")).toHaveLength(3);
    await drop(101);
    expect(await paths("over")).toHaveLength(3);
    await drop(99);
    expect(await paths("over")).toEqual(["seen-101"]);
    expect(await paths("open")).toHaveLength(3);
    expect(await incidents.timeline("over")).toEqual(timeline);
    expect(await incidents.checkTimeline("over")).toMatchObject({ kind: "holds" });
    await queue.stop();
  });
});
