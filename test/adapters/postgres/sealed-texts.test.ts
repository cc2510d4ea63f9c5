import { beforeAll, expect, test } from "vitest";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createSealedTexts } from "../../../src/adapters/postgres/sealed-texts.ts";
import { createSuppressionStore } from "../../../src/adapters/postgres/suppression-store.ts";
import { createSealer, type SealingKey } from "../../../src/adapters/system/sealer.ts";
import { createTimelineHash } from "../../../src/adapters/system/timeline-hash.ts";
import { recordEvents } from "../../../src/flows/record-events.ts";
import { recordSighting } from "../../../src/flows/record-sighting.ts";
import { aRepo, aSighting } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";

const at = "2026-11-02T10:00:00.000Z";
const [one, two] = [1, 2].map((id): SealingKey => ({ id, master: new Uint8Array(32).fill(id) })) as [
  SealingKey,
  SealingKey,
];
const noQueue = { enqueueIn: async () => 0 };
const words = "our words: \0 only a ☃ sample";
const asStored = words.replace("\0", "\uFFFD");
const { installationId } = aRepo();
const fingerprint = "a".repeat(32);

forEachDatabase((get) => {
  const incidentsWith = (...keys: [SealingKey, ...SealingKey[]]) =>
    createIncidentStore(get().database, noQueue, createTimelineHash(one.master), createSealedTexts(createSealer(keys)));
  const suppressionsWith = (...keys: [SealingKey, ...SealingKey[]]) =>
    createSuppressionStore(get().database, noQueue, createSealedTexts(createSealer(keys)));
  const everything = async (): Promise<string> => {
    const { rows } = await get().database.pool.query<{ text: string }>(`
      select details::text as text from incidents union all select event::text from incident_events
      union all select event::text from suppression_events`);
    return rows.map(({ text }) => text).join("\n");
  };

  beforeAll(async () => {
    const ports = { incidents: incidentsWith(one), clock: () => at, newId: () => "i-1" };
    await recordSighting(aSighting({ fingerprint }), ports);
    const by = { kind: "person", login: "mona" } as const;
    await recordEvents("i-1", () => [{ kind: "dismissed", by, reason: words, until: null }], ports);
    const terms = { fingerprint, repoId: 42, reason: "false-positive", note: words, until: null } as const;
    const event = { kind: "configured", terms } as const;
    await suppressionsWith(one).append(installationId, [{ id: "s-1", fingerprint, event, at }], []);
  });

  test("what people wrote is not readable in the database, and reads as it was where the key is", async () => {
    const stored = await everything();
    expect(stored).not.toContain("sample");
    expect(stored).toContain("sealed");
    const incidents = incidentsWith(one);
    expect((await incidents.byId("i-1"))?.dismissal?.reason).toBe(asStored);
    expect((await incidents.timeline("i-1")).at(-1)?.event).toMatchObject({ kind: "dismissed", reason: asStored });
    // The chain is over what it says, not over how it is stored.
    expect(await incidents.checkTimeline("i-1")).toMatchObject({ kind: "holds" });
    const [entry] = await suppressionsWith(one).about(installationId, [fingerprint]);
    expect(entry?.event).toMatchObject({ terms: { note: asStored } });
    expect(await suppressionsWith(one).configuredIn(installationId, 42)).toHaveLength(1);
  });

  test("a new key opens what the old one sealed and seals what comes; without the old one nothing is guessed", async () => {
    const ports = { incidents: incidentsWith(two, one), clock: () => at, newId: () => "" };
    const by = { kind: "person", login: "mona" } as const;
    await recordEvents("i-1", () => [{ kind: "reopened", by, reason: "more of our words" }], ports);
    expect(await ports.incidents.checkTimeline("i-1")).toMatchObject({ kind: "holds" });
    const timeline = await ports.incidents.timeline("i-1");
    expect(timeline.slice(-2).map(({ event }) => "reason" in event && event.reason)).toEqual([
      asStored,
      "more of our words",
    ]);
    await expect(incidentsWith(two).timeline("i-1")).rejects.toThrow(/sealed with key 1, which is not configured/);
  });

  test("one incident's words cannot be put in another's place", async () => {
    const { pool } = get().database;
    const ports = { incidents: incidentsWith(two, one), clock: () => at, newId: () => "i-2" };
    await recordSighting(aSighting({ fingerprint: "b".repeat(32) }), ports);
    await pool.query(`
      update incident_events set event = (select event from incident_events where incident_id = 'i-1' and kind = 'dismissed')
      where incident_id = 'i-2'`);
    await expect(ports.incidents.timeline("i-2")).rejects.toThrow(/authenticate/);
  });

  test("what was stored before texts were sealed is still read", async () => {
    const before = createIncidentStore(get().database, noQueue, createTimelineHash(one.master));
    const ports = { incidents: before, clock: () => at, newId: () => "i-3" };
    await recordSighting(aSighting({ fingerprint: "c".repeat(32) }), ports);
    const by = { kind: "person", login: "mona" } as const;
    await recordEvents("i-3", () => [{ kind: "dismissed", by, reason: "as it was", until: null }], ports);
    expect((await incidentsWith(two, one).byId("i-3"))?.dismissal?.reason).toBe("as it was");
  });
});
