import { scopeOf, type Change } from "../../src/core/change/change.ts";
import type { Head } from "../../src/flows/ports/check-runs.ts";
import type { ScanRecord, ScanStore } from "../../src/flows/ports/scan-store.ts";
import type { Clock } from "../../src/flows/ports/system.ts";
import type { FakeJobQueue } from "./fake-job-queue.ts";

type Kept = { readonly record: ScanRecord; readonly changedAt: number; told: boolean; eased: ReadonlySet<string> };

/** The scan store in memory; kept honest by the contract that the real one keeps. */
export function fakeScanStore(queue: FakeJobQueue, clock: Clock = () => new Date().toISOString()): ScanStore {
  const kept = new Map<string, Kept>();
  let versions = 0;
  /** Keys of what was judged, the last one last. */
  let judged: readonly string[] = [];
  const keyOf = ({ repo, sha }: Head, scope: string): string => `${repo.repoId} ${sha} ${scope}`;
  const put = (record: Omit<ScanRecord, "version">, eased: ReadonlySet<string> = new Set()): void => {
    const fresh = structuredClone({ ...record, version: (versions += 1) });
    kept.set(keyOf(record.head, record.scope), { record: fresh, changedAt: Date.parse(clock()), told: false, eased });
  };
  const judge = (change: Change, result: ScanRecord["result"]): void => {
    const head = { repo: change.repo, sha: change.head };
    const scope = scopeOf(change.source);
    const key = keyOf(head, scope);
    if (result.state === "done") judged = [...judged.filter((one) => one !== key), key];
    put({ head, scope, source: change.source, result });
  };
  const on = ({ repo, sha }: Head): ScanRecord[] =>
    [...kept.values()]
      .map(({ record }) => record)
      .filter(({ head }) => head.repo.repoId === repo.repoId && head.sha === sha);
  return {
    begin: async (change) => judge(change, { state: "running" }),
    finish: async (change, { commits, ...result }, jobs) => {
      queue.enqueueAll(jobs);
      judge(change, { ...result, commits: commits.map(({ sha, committedAt }) => ({ sha, committedAt })) });
    },
    drop: async (change) => {
      kept.delete(keyOf({ repo: change.repo, sha: change.head }, scopeOf(change.source)));
    },
    scopesOf: async (head) => structuredClone(on(head)),
    told: async (records) => {
      for (const { head, scope, version } of records) {
        const found = kept.get(keyOf(head, scope));
        if (found?.record.version === version) found.told = true;
      }
    },
    untold: async (head) => {
      for (const record of on(head)) put(record, kept.get(keyOf(head, record.scope))?.eased);
    },
    unfinished: async (forSeconds) => {
      const old = [...kept.values()].filter(({ changedAt }) => Date.parse(clock()) - changedAt >= forSeconds * 1000);
      const running = old.filter(({ record }) => record.result.state === "running");
      const untold = old.filter(
        ({ record, told }) => !told && on(record.head).every(({ result }) => result.state === "done"),
      );
      return structuredClone({
        running: running.map(({ record: { head, source } }) => ({ repo: head.repo, head: head.sha, source })),
        untold: [...new Map(untold.map(({ record: { head } }) => [keyOf(head, ""), head] as const)).values()],
        overdue: old.flatMap(({ record: { head, source, result } }) => {
          const retry = result.state === "done" && result.retry?.kind === "planned" ? result.retry : null;
          const isOverdue = retry !== null && Date.parse(clock()) - Date.parse(retry.at) >= forSeconds * 1000;
          return isOverdue ? [{ change: { repo: head.repo, head: head.sha, source }, retry: retry.number }] : [];
        }),
      });
    },
    eased: async (head, fingerprints) => {
      for (const { scope } of on(head)) {
        const found = kept.get(keyOf(head, scope));
        if (found) found.eased = new Set([...found.eased, ...fingerprints]);
      }
    },
    headsWith: async (installationId, fingerprint) => {
      const named = judged
        .flatMap((key) => kept.get(key)?.record ?? [])
        .filter(
          ({ head, result }) =>
            head.repo.installationId === installationId &&
            result.state === "done" &&
            [...result.verdict.blocking, ...result.verdict.notices, ...result.verdict.known].some(
              ({ finding }) => finding.fingerprint === fingerprint,
            ),
        );
      const bySource = Map.groupBy(named.toReversed(), ({ head, source }) =>
        JSON.stringify([head.repo.repoId, source.kind, "ref" in source ? source.ref : source.number]),
      );
      const heads = [...bySource.values()].flatMap((group) =>
        group
          .filter(({ head, scope }, age) => age < 8 || kept.get(keyOf(head, scope))?.eased.has(fingerprint))
          .map(({ head }) => head),
      );
      return structuredClone([...new Map(heads.map((head) => [`${head.repo.repoId} ${head.sha}`, head])).values()]);
    },
  };
}
