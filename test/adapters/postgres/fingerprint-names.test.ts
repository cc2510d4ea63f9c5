import { beforeAll, expect, test } from "vitest";
import { createFingerprintNames } from "../../../src/adapters/postgres/fingerprint-names.ts";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createJobQueue, type DurableJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { createScanStore } from "../../../src/adapters/postgres/scan-store.ts";
import { createSuppressionStore } from "../../../src/adapters/postgres/suppression-store.ts";
import { createTimelineHash } from "../../../src/adapters/system/timeline-hash.ts";
import { openIncident } from "../../../src/core/incident/incident.ts";
import { recordSighting } from "../../../src/flows/record-sighting.ts";
import { aFinding, aRepo, aSha, aSighting, anOccurrence } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

const at = "2026-11-02T10:00:00.000Z";
const [former, current, other] = ["a", "b", "c"].map((digit) => digit.repeat(32)) as [string, string, string];
const { installationId } = aRepo();
const [old, fresh] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];

forEachDatabase((get) => {
  let queue: DurableJobQueue<never>;
  const stores = () => {
    const { database } = get();
    return {
      names: createFingerprintNames(database),
      incidents: createIncidentStore(database, queue as never, createTimelineHash(fresh, old)),
      scans: createScanStore(database, queue as never),
      suppressions: createSuppressionStore(database, queue as never),
    };
  };

  beforeAll(async () => {
    queue = (await createJobQueue(get().database, storeJobs, silentLog)) as never;
    const { suppressions } = stores();
    const incidents = createIncidentStore(get().database, queue as never, createTimelineHash(old));
    for (const fingerprint of [former, other]) {
      await recordSighting(aSighting({ fingerprint }), {
        incidents,
        clock: () => at,
        newId: () => `i-${fingerprint[0]}`,
      });
    }
    const terms = { fingerprint: former, repoId: 42, reason: "false-positive", note: "a sample", until: null } as const;
    await suppressions.append(
      installationId,
      [{ id: "s-1", fingerprint: former, event: { kind: "configured", terms }, at }],
      [],
    );
    const verdict = JSON.stringify({ outcome: "block", findings: [{ finding: { fingerprint: former } }] });
    const { pool } = get().database;
    await pool.query(
      `insert into scopes (repo_id, head_sha, scope, installation_id, repo, source, verdict, commits)
       values (42, $1, 'push', $2, $3, '{"kind":"push","ref":"refs/heads/a","before":null}', $4, '[]')`,
      [aSha("d"), installationId, JSON.stringify(aRepo()), verdict],
    );
    await pool.query("insert into scope_fingerprints values ($1, $2, 42, $3, 'push')", [
      installationId,
      former,
      aSha("d"),
    ]);
  });

  test("everything that is stored follows the secret, once, and its history stays as it was", async () => {
    const { names, incidents, scans, suppressions } = stores();
    const pairs = [
      { former, current },
      { former: "d".repeat(32), current: "e".repeat(32) },
    ];
    expect(await names.rename(installationId, pairs)).toBe(1);
    expect(await names.rename(installationId, pairs)).toBe(0);
    expect(await incidents.byFingerprint(installationId, former)).toBeNull();
    expect(await incidents.byFingerprint(installationId, current)).toMatchObject({
      id: "i-a",
      occurrences: [anOccurrence()],
    });
    expect(await incidents.byFingerprint(installationId, other)).toMatchObject({ id: "i-c" });
    expect(await suppressions.about(installationId, [current])).toMatchObject([
      { fingerprint: current, event: { terms: { fingerprint: current, note: "a sample" } } },
    ]);
    expect(await scans.headsWith(installationId, current)).toMatchObject([{ sha: aSha("d") }]);
    const jobs = "select data::text as data from pgboss.job where state = 'created'";
    const { rows } = await get().database.pool.query<{ data: string }>(jobs);
    expect(rows.map(({ data }) => data).join("\n")).not.toContain(former);
    // Its first entry was written under the former master key.
    expect(await incidents.checkTimeline("i-a")).toMatchObject({ kind: "holds" });
    const withoutFormer = createIncidentStore(get().database, queue as never, createTimelineHash(fresh));
    expect(await withoutFormer.checkTimeline("i-a")).toMatchObject({ kind: "broken" });
  });

  test("what people wrote down under the former name is still understood, through several keys", async () => {
    const { names } = stores();
    expect(await names.currentOf(installationId, [former, other])).toEqual([current, other]);
    const newest = "f".repeat(32);
    await names.rename(installationId, [{ former: current, current: newest }]);
    expect(await names.currentOf(installationId, [former, current, newest])).toEqual([newest, newest, newest]);
    expect(await names.currentOf(installationId + 1, [former])).toEqual([former]);
    // A process that has the keys the other way round.
    await names.rename(installationId, [{ former: newest, current }]);
    expect(await names.currentOf(installationId, [former, newest, current])).toEqual([current, current, current]);
  });

  test("where a secret has an incident under both names, both stay", async () => {
    const { names, incidents } = stores();
    const [one, two] = ["1", "2"].map((digit) => digit.repeat(32)) as [string, string];
    for (const fingerprint of [one, two]) {
      const finding = aFinding({ fingerprint });
      await incidents.save(
        openIncident({ id: `n-${fingerprint[0]}`, home: aRepo(), finding, occurrences: [anOccurrence()] }),
        null,
        [],
        [],
      );
    }
    await names.rename(installationId, [{ former: one, current: two }]);
    expect(await incidents.byFingerprint(installationId, one)).toMatchObject({ id: "n-1" });
    expect(await incidents.byFingerprint(installationId, two)).toMatchObject({ id: "n-2" });
  });

  test("anything else of what was asked for and answered cannot be changed", async () => {
    const change = "update suppression_events set fingerprint = 'x', kind = 'approved'";
    await expect(get().database.pool.query(change)).rejects.toThrow("is kept as it is");
    const words = `update suppression_events set event = jsonb_set(event, '{terms,note}', '"other words"')`;
    await expect(get().database.pool.query(words)).rejects.toThrow("is kept as it is");
  });
});
