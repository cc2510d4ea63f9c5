import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createJobQueue, type DurableJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import type { HandleDelivery, Job } from "../../../src/flows/ports/jobs.ts";
import { recordEvents } from "../../../src/flows/record-events.ts";
import { recordSighting } from "../../../src/flows/record-sighting.ts";
import { aSighting } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const now = "2026-11-02T10:00:00.000Z";

forEachDatabase((get) => {
  let queue: DurableJobQueue<Job | HandleDelivery> | undefined;
  beforeAll(async () => {
    queue = await createJobQueue(get().database, storeJobs, silentLog);
  });
  afterAll(() => queue?.stop());

  const ports = () => {
    if (!queue) throw new Error("the queue is open while tests run only");
    return { incidents: createIncidentStore(get().database, queue, hash), clock: () => now, newId: randomUUID };
  };
  const sighting = (fingerprint: string, line: number) => aSighting({ fingerprint }, { line });

  test("workers that see one secret at the same moment open one incident, and no place is lost", async () => {
    const { incidents, ...others } = ports();
    const fingerprint = randomUUID().replaceAll("-", "");
    const lines = [1, 2, 3, 4, 5, 6];
    await Promise.all(lines.map((line) => recordSighting(sighting(fingerprint, line), { incidents, ...others })));
    const incident = await incidents.byFingerprint(7, fingerprint);
    expect(incident?.occurrences.map((one) => one.line).toSorted((a, b) => a - b)).toEqual(lines);
    const timeline = await incidents.timeline(incident?.id ?? "");
    expect(timeline.map(({ event }) => event.kind)).toEqual(["opened", ...lines.slice(1).map(() => "seenAgain")]);
    expect(await incidents.checkTimeline(incident?.id ?? "")).toMatchObject({ kind: "holds", entries: 6 });
  });

  test("a command that two workers run at the same moment is recorded once", async () => {
    const { incidents, ...others } = ports();
    const fingerprint = randomUUID().replaceAll("-", "");
    await recordSighting(sighting(fingerprint, 1), { incidents, ...others });
    const id = (await incidents.byFingerprint(7, fingerprint))?.id ?? "";
    const by = { kind: "person", login: "mona" } as const;
    const snooze = () =>
      recordEvents(id, () => [{ kind: "snoozed", until: now, reason: "x", by }], { incidents, ...others }, "comment:1");
    await Promise.all([snooze(), snooze(), snooze()]);
    const timeline = await incidents.timeline(id);
    expect(timeline.filter(({ event }) => event.kind === "snoozed")).toHaveLength(1);
  });

  test("an entry that was changed, left out or cut off in the database shows", async () => {
    const { incidents, ...others } = ports();
    const spoil = async (statement: string): Promise<string> => {
      const fingerprint = randomUUID().replaceAll("-", "");
      for (const line of [1, 2, 3]) await recordSighting(sighting(fingerprint, line), { incidents, ...others });
      const id = (await incidents.byFingerprint(7, fingerprint))?.id ?? "";
      expect(await incidents.checkTimeline(id)).toMatchObject({ kind: "holds" });
      await get().database.pool.query(statement, [id]);
      return (await incidents.checkTimeline(id)).kind;
    };
    const table = "incident_events";
    expect(await spoil(`update ${table} set state = 'closed' where incident_id = $1 and seq = 2`)).toBe("broken");
    expect(await spoil(`update ${table} set at = at + interval '1 hour' where incident_id = $1 and seq = 1`)).toBe(
      "broken",
    );
    expect(await spoil(`delete from ${table} where incident_id = $1 and seq = 2`)).toBe("broken");
    expect(await spoil(`delete from ${table} where incident_id = $1 and seq = 3`)).toBe("broken");
  });
});
