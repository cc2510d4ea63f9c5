import { suppressionsIn, type SuppressionEntry } from "../../src/core/suppression/suppression.ts";
import type { SuppressionStore } from "../../src/flows/ports/suppressions.ts";
import type { FakeJobQueue } from "./fake-job-queue.ts";

type Kept = { readonly installationId: number; readonly entry: SuppressionEntry };

/** The suppression store in memory; kept honest by the contract that the real one keeps. */
export function fakeSuppressionStore(queue: FakeJobQueue): SuppressionStore {
  const kept: Kept[] = [];
  const isKept = (id: string, kind: string): boolean =>
    kept.some(({ entry }) => entry.id === id && entry.event.kind === kind);
  return {
    about: async (installationId, fingerprints) =>
      structuredClone(
        kept
          .filter((one) => one.installationId === installationId && fingerprints.includes(one.entry.fingerprint))
          .map(({ entry }) => entry),
      ),
    configuredIn: async (installationId, repoId) => {
      const own = kept.filter((one) => one.installationId === installationId).map(({ entry }) => entry);
      const ids = own.flatMap(({ id, event }) =>
        event.kind === "configured" && event.terms.repoId === repoId ? [id] : [],
      );
      return structuredClone(own.filter(({ id }) => ids.includes(id)));
    },
    append: async (installationId, added, jobs) => {
      queue.enqueueAll(jobs);
      for (const entry of structuredClone(added))
        if (!isKept(entry.id, entry.event.kind)) kept.push({ installationId, entry });
    },
    endedBy: async (now, limit) =>
      suppressionsIn(kept.map(({ entry }) => entry))
        .filter(({ id, until }) => until !== null && until <= now && !isKept(id, "expired"))
        .toSorted((a, b) => ((a.until ?? "") < (b.until ?? "") ? -1 : 1))
        .slice(0, limit)
        .map(({ id, fingerprint }) => ({
          id,
          fingerprint,
          installationId: kept.find(({ entry }) => entry.id === id)?.installationId ?? 0,
        })),
  };
}
