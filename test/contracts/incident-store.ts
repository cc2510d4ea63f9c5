import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { openIncident, withOccurrences, type Incident } from "../../src/core/incident/incident.ts";
import type { CodeOccurrence, Occurrence } from "../../src/core/incident/occurrence.ts";
import type { IncidentStore } from "../../src/flows/ports/incident-store.ts";
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
    expect(await store.save({ ...incident, issueNumber: 3 }, stored, [])).toBe("saved");
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
    const grown = { ...withOccurrences(incident, [anOccurrence({ path: "a.env" })]), issueNumber: 12 };
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
    expect(await make().store.save({ ...incident, issueNumber: 1 }, incident, [])).toBe("conflict");
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
}
