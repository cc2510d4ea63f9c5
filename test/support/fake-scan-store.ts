import { scopeOf, type Change } from "../../src/core/change/change.ts";
import type { Head } from "../../src/flows/ports/check-runs.ts";
import type { ScanRecord, ScanStore } from "../../src/flows/ports/scan-store.ts";
import type { FakeJobQueue } from "./fake-job-queue.ts";

/** The scan store in memory; kept honest by the contract that the real one keeps. */
export function fakeScanStore(queue: FakeJobQueue): ScanStore {
  const records = new Map<string, ScanRecord>();
  const keyOf = ({ repo, sha }: Head, scope: string): string => `${repo.repoId} ${sha} ${scope}`;
  const put = (change: Change, result: ScanRecord["result"]): void => {
    const head = { repo: change.repo, sha: change.head };
    const scope = scopeOf(change.source);
    records.set(keyOf(head, scope), structuredClone({ head, scope, source: change.source, result }));
  };
  return {
    begin: async (change) => put(change, { state: "running" }),
    finish: async (change, { state, verdict, commits }, jobs) => {
      queue.enqueueAll(jobs);
      put(change, { state, verdict, commits: commits.map(({ sha, committedAt }) => ({ sha, committedAt })) });
    },
    drop: async (change) => {
      records.delete(keyOf({ repo: change.repo, sha: change.head }, scopeOf(change.source)));
    },
    scopesOf: async ({ repo, sha }) =>
      structuredClone([...records.values()].filter(({ head }) => head.repo.repoId === repo.repoId && head.sha === sha)),
  };
}
