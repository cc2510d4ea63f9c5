import { isDeepStrictEqual } from "node:util";
import type { Incident } from "../../src/core/incident/incident.ts";
import type { IncidentStore } from "../../src/flows/ports/incident-store.ts";
import type { FakeJobQueue } from "./fake-job-queue.ts";

/** The incident store in memory; kept honest by the contract that the real one keeps. */
export function fakeIncidentStore(queue: FakeJobQueue): IncidentStore & { readonly all: () => readonly Incident[] } {
  const incidents = new Map<string, Incident>();
  const find = (installationId: number, fingerprint: string): Incident | undefined =>
    [...incidents.values()].find((one) => one.installationId === installationId && one.fingerprint === fingerprint);
  return {
    all: () => structuredClone([...incidents.values()]),
    byId: async (id) => structuredClone(incidents.get(id) ?? null),
    byFingerprint: async (installationId, fingerprint) => structuredClone(find(installationId, fingerprint) ?? null),
    byFingerprints: async (installationId, fingerprints) =>
      structuredClone(fingerprints.flatMap((fingerprint) => find(installationId, fingerprint) ?? [])),
    save: async (incident, expected, jobs) => {
      const stored = expected ? incidents.get(incident.id) : find(incident.installationId, incident.fingerprint);
      if (!isDeepStrictEqual(stored ?? null, expected)) return "conflict";
      queue.enqueueAll(jobs);
      incidents.set(incident.id, structuredClone(incident));
      return "saved";
    },
  };
}
