import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openIncident, withFresh, type Filing, type Incident } from "../../src/core/incident/incident.ts";
import type { CodeOccurrence, Occurrence, TextPlace } from "../../src/core/incident/occurrence.ts";
import type { IncidentStore, NewEntry } from "../../src/flows/ports/incident-store.ts";
import type { Job } from "../../src/flows/ports/jobs.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { impossibleJob, type StoreUnderTest } from "./scan-store.ts";

const anOccurrence = (fields: Partial<CodeOccurrence> = {}): CodeOccurrence => ({
  kind: "code",
  repoId: 42,
  commit: aSha("c"),
  blob: aSha("b"),
  path: "src/config.ts",
  line: 2,
  seenAt: "2026-11-01T10:00:00.000Z",
  ...fields,
});

function anIncident(occurrences: readonly Occurrence[] = [anOccurrence()], installationId = 7): Incident {
  const finding = aFinding({ fingerprint: randomUUID().replaceAll("-", "") });
  return openIncident({ id: randomUUID(), home: aRepo({ installationId }), finding, occurrences });
}

const withOccurrences = (incident: Incident, seen: readonly Occurrence[]): Incident => {
  const occurrences = withFresh(incident.occurrences, seen);
  return occurrences === incident.occurrences ? incident : { ...incident, occurrences };
};

const filedAs = (number: number): Filing => ({ kind: "issue", repo: aRepo(), number, audience: "members" });

const syncOf = ({ id, installationId }: Incident): Job => ({
  name: "sync-issue",
  data: { installationId, incidentId: id },
});

/** What every `IncidentStore` promises. `make` gives one that may hold other incidents. */
export function incidentStoreContract(make: () => StoreUnderTest<IncidentStore>): void {
  test("an incident comes back as it was saved, by its id and by its fingerprint", async () => {
    const { store } = make();
    const incident = anIncident([
      anOccurrence({ line: 9 }),
      anOccurrence({ line: 2 }),
      anOccurrence({ path: "b\n.env" }),
    ]);
    expect(await store.save(incident, null, [])).toBe("saved");
    expect(await store.byId(incident.id)).toEqual(incident);
    expect(await store.byFingerprint(7, incident.fingerprint)).toEqual(incident);
  });

  test("places beside the code come back as well, each once", async () => {
    const { store } = make();
    const place = { surface: "release", id: 5, tag: "v1", part: "body" } as const;
    const text = { kind: "text", repoId: 42, place, line: 1, seenAt: "2026-11-01T10:00:00.000Z" } as const;
    const incident = anIncident([anOccurrence(), text]);
    await store.save(incident, null, []);
    const stored = await store.byId(incident.id);
    expect(stored).toEqual(incident);
    const again = withOccurrences(incident, [{ ...text, seenAt: "2026-11-02T10:00:00.000Z" }]);
    expect(again).toBe(incident);
    expect(await store.save({ ...incident, filing: filedAs(3) }, stored, [])).toBe("saved");
  });

  test("what is not there is null", async () => {
    const { store } = make();
    expect(await store.byId(randomUUID())).toBeNull();
    expect(await store.byFingerprint(7, "0".repeat(32))).toBeNull();
  });

  test("one installation does not see another's incident of the same secret", async () => {
    const { store } = make();
    const incident = anIncident();
    const other = { ...incident, id: randomUUID(), installationId: 8 };
    await store.save(incident, null, []);
    expect(await store.byFingerprint(8, incident.fingerprint)).toBeNull();
    expect(await store.save(other, null, [])).toBe("saved");
    expect((await store.byFingerprint(7, incident.fingerprint))?.id).toBe(incident.id);
  });

  test("several are found at once; unknown fingerprints and none at all are fine", async () => {
    const { store } = make();
    const incidents = [anIncident(), anIncident(), anIncident()];
    for (const incident of incidents) await store.save(incident, null, []);
    const wanted = [...incidents.slice(0, 2).map(({ fingerprint }) => fingerprint), "0".repeat(32)];
    const found = await store.byFingerprints(7, wanted);
    expect(found.map(({ id }) => id).toSorted()).toEqual(
      incidents
        .slice(0, 2)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(await store.byFingerprints(7, [])).toEqual([]);
  });

  test("incidents are found by the texts that their secrets were seen in, each once", async () => {
    const { store } = make();
    const body = { surface: "issue", number: 987_001, part: "body" } as const;
    const comment = { surface: "issue-comment", number: 987_001, id: 987_002 } as const;
    const seenAt = "2026-11-01T10:00:00.000Z";
    const inText = (place: TextPlace, repoId = 42): Occurrence => ({ kind: "text", repoId, place, line: 1, seenAt });
    const both = anIncident([anOccurrence(), inText(body), inText(comment)]);
    const elsewhere = anIncident([inText(body, 43)]);
    for (const incident of [both, elsewhere, anIncident()]) await store.save(incident, null, []);
    expect(await store.seenInTexts(7, 42, [body, comment])).toEqual([both]);
    expect(await store.seenInTexts(7, 42, [{ ...body, part: "title" }])).toEqual([]);
    expect([await store.seenInTexts(8, 42, [body]), await store.seenInTexts(7, 42, [])]).toEqual([[], []]);
  });

  test("a second incident of the same secret is refused, whatever its id", async () => {
    const { store } = make();
    const incident = anIncident();
    await store.save(incident, null, []);
    expect(await store.save({ ...incident, id: randomUUID(), title: "late" }, null, [])).toBe("conflict");
    expect(await store.byFingerprint(7, incident.fingerprint)).toEqual(incident);
  });

  test("a change is saved on the incident it was derived from, new places last", async () => {
    const { store } = make();
    const incident = anIncident([anOccurrence({ path: "z.env" })]);
    await store.save(incident, null, []);
    const grown = { ...withOccurrences(incident, [anOccurrence({ path: "a.env" })]), filing: filedAs(12) };
    expect(await store.save(grown, await store.byId(incident.id), [])).toBe("saved");
    expect(await store.byId(incident.id)).toEqual(grown);
  });

  test("a change derived from what is not stored any more is refused, and nothing of it is stored", async () => {
    const { store, queued } = make();
    const incident = anIncident();
    await store.save(incident, null, []);
    const faster = withOccurrences(incident, [anOccurrence({ path: "fast.env" })]);
    await store.save(faster, incident, []);
    const slower = withOccurrences(incident, [anOccurrence({ path: "slow.env" })]);
    expect(await store.save(slower, incident, [syncOf(incident)])).toBe("conflict");
    expect(await store.byId(incident.id)).toEqual(faster);
    expect(await queued()).not.toContainEqual(syncOf(incident));
  });

  test("of two that save at the same moment one is told to read again", async () => {
    const { store } = make();
    const incident = anIncident();
    await store.save(incident, null, []);
    const changes = ["a.env", "b.env"].map((path) => withOccurrences(incident, [anOccurrence({ path })]));
    const outcomes = await Promise.all(changes.map((change) => store.save(change, incident, [])));
    expect(outcomes.toSorted()).toEqual(["conflict", "saved"]);
    expect((await store.byId(incident.id))?.occurrences).toHaveLength(2);
  });

  test("of two that open the same incident at the same moment one is told to read again", async () => {
    const { store } = make();
    const incident = anIncident();
    const twins = [incident, { ...incident, id: randomUUID() }];
    const outcomes = await Promise.all(twins.map((twin) => store.save(twin, null, [])));
    expect(outcomes.toSorted()).toEqual(["conflict", "saved"]);
  });

  test("a change of an incident that is not there is a conflict", async () => {
    const incident = anIncident();
    expect(await make().store.save({ ...incident, filing: filedAs(1) }, incident, [])).toBe("conflict");
  });

  test("the same save again, after its answer was lost, is a conflict that changes nothing", async () => {
    const { store } = make();
    const incident = anIncident();
    await store.save(incident, null, []);
    const grown = withOccurrences(incident, [anOccurrence({ path: "a.env" })]);
    await store.save(grown, incident, []);
    expect(await store.save(grown, incident, [])).toBe("conflict");
    expect(await store.byId(incident.id)).toEqual(grown);
  });

  test("an incident and its jobs are stored together, or neither", async () => {
    const { store, queued } = make();
    const incident = anIncident();
    await expect(store.save(incident, null, [syncOf(incident), impossibleJob])).rejects.toThrow(/expected object/i);
    expect(await store.byId(incident.id)).toBeNull();
    expect(await queued()).not.toContainEqual(syncOf(incident));
    await store.save(incident, null, [syncOf(incident)]);
    expect(await queued()).toContainEqual(syncOf(incident));
  });

  test("a secret that stands at ten thousand places is saved whole", async () => {
    const { store } = make();
    const many = Array.from({ length: 10_000 }, (_, line) => anOccurrence({ line: line + 1 }));
    const incident = anIncident(many);
    await store.save(incident, null, []);
    expect((await store.byId(incident.id))?.occurrences).toHaveLength(10_000);
  });

  describe("a timeline", () => {
    const entry = (kind: "overlapEnded" | "snoozeEnded", source: string | null = null): NewEntry => ({
      at: "2026-11-02T10:00:00.000Z",
      event: { kind },
      state: "open",
      source,
    });

    test("is kept in order, holds, and grows with what it was grown with", async () => {
      const { store } = make();
      const incident = anIncident();
      await store.save(incident, null, [], [entry("overlapEnded")]);
      const grown = { ...incident, toldThrough: 1 };
      await store.save(grown, incident, [], [entry("snoozeEnded", "comment:1"), entry("overlapEnded")]);
      expect((await store.timeline(incident.id)).map(({ seq, event, source }) => [seq, event.kind, source])).toEqual([
        [1, "overlapEnded", null],
        [2, "snoozeEnded", "comment:1"],
        [3, "overlapEnded", null],
      ]);
      expect(await store.checkTimeline(incident.id)).toMatchObject({ kind: "holds", entries: 3 });
    });

    test("of an incident that could not be saved stays as it was", async () => {
      const { store } = make();
      const incident = anIncident();
      await store.save(incident, null, [], [entry("overlapEnded")]);
      expect(
        await store.save({ ...incident, toldThrough: 1 }, { ...incident, toldThrough: 9 }, [], [entry("snoozeEnded")]),
      ).toBe("conflict");
      expect(await store.timeline(incident.id)).toHaveLength(1);
    });

    test("of nothing is empty and holds", async () => {
      const { store } = make();
      expect(await store.timeline("nobody")).toEqual([]);
      expect(await store.checkTimeline("nobody")).toMatchObject({ kind: "holds", entries: 0 });
    });
  });

  test("an incident is found by the issue it is filed as", async () => {
    const { store } = make();
    const number = 1 + Math.floor(Number.parseInt(randomUUID().slice(0, 7), 16));
    const incident = { ...anIncident(), filing: filedAs(number) };
    await store.save(incident, null, []);
    expect((await store.byIssue(42, number))?.id).toBe(incident.id);
    expect(await store.byIssue(43, number)).toBeNull();
  });

  test("what time will change is found when it is due, and not before", async () => {
    const { store } = make();
    const incident = anIncident([anOccurrence({ seenAt: "2001-01-01T00:00:00.000Z" })]);
    await store.save(incident, null, []);
    const ids = async (now: string) => (await store.dueBy(now, 10_000)).map(({ id }) => id);
    expect(await ids("2001-01-01T00:29:00.000Z")).not.toContain(incident.id);
    expect(await ids("2001-01-01T00:30:00.000Z")).toContain(incident.id);
    const over: Incident = { ...incident, state: "closed" };
    await store.save(over, incident, []);
    expect(await ids("2030-01-01T00:00:00.000Z")).not.toContain(incident.id);
    expect((await store.list({ active: true, limit: 10_000 })).map(({ id }) => id)).not.toContain(incident.id);
    expect((await store.list({ active: false, limit: 10_000 })).map(({ id }) => id)).toContain(incident.id);
  });
}
