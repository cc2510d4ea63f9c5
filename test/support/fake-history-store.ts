import { nothingRead } from "../../src/core/history/history.ts";
import type { HistoryStore, StoredHistory } from "../../src/flows/ports/history-store.ts";
import type { FakeJobQueue } from "./fake-job-queue.ts";

/** The history store in memory; kept honest by the contract that the real one keeps. */
export function fakeHistoryStore(queue: FakeJobQueue): HistoryStore {
  const histories = new Map<number, StoredHistory>();
  const beginAll: HistoryStore["beginAll"] = async (repos, reason) => {
    const fresh = { state: "waiting", scanner: null, tips: null, progress: nothingRead, toldAt: null } as const;
    for (const repo of repos) {
      const { installationId, repoId } = repo;
      const round = (histories.get(repoId)?.round ?? 0) + 1;
      histories.set(repoId, structuredClone({ repo, reason, round, ...fresh }));
      queue.enqueueAll([{ name: "scan-history", data: { installationId, repoId, reason } }]);
    }
  };
  return {
    of: async (repoId) => structuredClone(histories.get(repoId) ?? null),
    begin: (repo, reason) => beginAll([repo], reason),
    beginAll,
    statesOf: async (repoIds) =>
      structuredClone(repoIds.flatMap((id) => histories.get(id) ?? [])).map(({ repo, state }) => ({ repo, state })),
    change: async ({ repo, round }, change, jobs = []) => {
      const known = histories.get(repo.repoId);
      if (known?.round !== round) return false;
      queue.enqueueAll(jobs);
      const { state, scanner, progress, toldAt, tips } = { ...known, ...change };
      histories.set(repo.repoId, structuredClone({ ...known, state, scanner, progress, toldAt, tips }));
      return true;
    },
    settled: async () =>
      structuredClone([...histories.values()])
        .filter(({ state }) => state === "done" || state === "failed")
        .map(({ repo, state, scanner }) => ({ repo, state, scanner })),
  };
}
