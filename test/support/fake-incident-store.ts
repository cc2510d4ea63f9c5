import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { nextMoment } from "../../src/core/incident/due-events.ts";
import { isActive, type Incident } from "../../src/core/incident/incident.ts";
import { placeKey, type Occurrence } from "../../src/core/incident/occurrence.ts";
import { checkTimeline, nextEntry, type TimelineEntry } from "../../src/core/incident/timeline.ts";
import type { IncidentStore } from "../../src/flows/ports/incident-store.ts";
import type { FakeJobQueue } from "./fake-job-queue.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The incident store in memory; kept honest by the contract that the real one keeps. */
export function fakeIncidentStore(queue: FakeJobQueue): IncidentStore & { readonly all: () => readonly Incident[] } {
  const incidents = new Map<string, Incident>();
  const timelines = new Map<string, readonly TimelineEntry[]>();
  const find = (installationId: number, fingerprint: string): Incident | undefined =>
    [...incidents.values()].find((one) => one.installationId === installationId && one.fingerprint === fingerprint);
  return {
    all: () => structuredClone([...incidents.values()]),
    byId: async (id) => structuredClone(incidents.get(id) ?? null),
    byFingerprint: async (installationId, fingerprint) => structuredClone(find(installationId, fingerprint) ?? null),
    byFingerprints: async (installationId, fingerprints) =>
      structuredClone(fingerprints.flatMap((fingerprint) => find(installationId, fingerprint) ?? [])),
    byIssue: async (repoId, number) =>
      structuredClone(
        [...incidents.values()].find(
          ({ filing }) => filing?.kind === "issue" && filing.repo.repoId === repoId && filing.number === number,
        ) ?? null,
      ),
    seenInTexts: async (installationId, repoId, places) => {
      const keys = new Set(places.map(placeKey));
      const isSeen = (one: Occurrence): boolean =>
        one.kind === "text" && one.repoId === repoId && keys.has(placeKey(one.place));
      return structuredClone(
        [...incidents.values()]
          .filter((one) => one.installationId === installationId && one.occurrences.some(isSeen))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      );
    },
    dueBy: async (now, limit) =>
      [...incidents.values()]
        .map((incident) => ({ incident, at: nextMoment(incident) }))
        .filter(({ at }) => at !== null && at <= now)
        .toSorted((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : 1))
        .slice(0, limit)
        .map(({ incident: { id, installationId } }) => ({ id, installationId })),
    list: async ({ active, limit }) =>
      structuredClone(
        [...incidents.values()]
          .filter((incident) => !active || isActive(incident))
          .toSorted((a, b) => (a.openedAt > b.openedAt ? -1 : a.openedAt < b.openedAt ? 1 : a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),
    save: async (incident, expected, jobs, entries = []) => {
      const stored = expected ? incidents.get(incident.id) : find(incident.installationId, incident.fingerprint);
      if (!isDeepStrictEqual(stored ?? null, expected)) return "conflict";
      queue.enqueueAll(jobs);
      incidents.set(incident.id, structuredClone(incident));
      let written = timelines.get(incident.id) ?? [];
      for (const fields of structuredClone(entries)) {
        written = [...written, nextEntry(incident.id, written.at(-1) ?? null, fields, hash)];
      }
      timelines.set(incident.id, written);
      return "saved";
    },
    timeline: async (id) => structuredClone(timelines.get(id) ?? []),
    checkTimeline: async (id) => {
      const entries = timelines.get(id) ?? [];
      return checkTimeline(id, entries, entries.length, hash);
    },
  };
}
