import { isDeepStrictEqual } from "node:util";
import type { CheckReport, CheckRuns, Head } from "../../src/flows/ports/check-runs.ts";

export type FakeCheckRun = {
  readonly id: number;
  readonly head: Head;
  readonly startedAt: string;
  report: CheckReport | null;
};

/** Check runs in memory; kept honest by the contract that the real ones keep. */
export function fakeCheckRuns(): CheckRuns & {
  /** The runs on a head, oldest first; `report` is null while one is in progress. */
  readonly on: (head: Head) => readonly FakeCheckRun[];
} {
  const runs: FakeCheckRun[] = [];
  const on = ({ repo, sha }: Head): FakeCheckRun[] =>
    runs.filter(({ head }) => head.repo.repoId === repo.repoId && head.sha === sha);
  const add = (head: Head, report: CheckReport | null): number => {
    const id = 1001 + runs.length;
    runs.push({ id, head, startedAt: new Date().toISOString(), report });
    return id;
  };
  const lasting = ({ verdict }: CheckReport): unknown => [verdict.outcome, verdict.blocking, verdict.notices];
  return {
    on,
    begin: async (head, { reopen }) => {
      const newest = on(head).at(-1);
      return newest && (newest.report === null || !reopen) ? newest.id : add(head, null);
    },
    complete: async (head, checkRunId, report) => {
      const given = on(head).find(({ id }) => id === checkRunId);
      if (!given) throw new Error(`no check run ${checkRunId} on ${head.sha}`);
      const since = given.report === null ? given.startedAt : null;
      const says = ({ report: said }: FakeCheckRun): boolean =>
        said === null || isDeepStrictEqual(lasting(said), lasting(report));
      const run = [given, on(head).at(-1)].find((one) => one && says(one));
      if (run) run.report = structuredClone(report);
      else add(head, structuredClone(report));
      return { since };
    },
  };
}
