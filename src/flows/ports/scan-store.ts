import type { Change, ChangeSource, Commit } from "../../core/change/change.ts";
import type { Retry } from "../../core/verdict/retry.ts";
import type { Verdict } from "../../core/verdict/verdict.ts";
import type { Head } from "./check-runs.ts";
import type { PlannedJob, ScanChangeData } from "./jobs.ts";

/** What is stored of the judgement of one scope of a head. */
export type ScanRecord = {
  readonly head: Head;
  readonly scope: string;
  /** What the scope was asked about: with the head it makes the change again. */
  readonly source: ChangeSource;
  /** Another one with each change. */
  readonly version: number;
  readonly result:
    | { readonly state: "running" }
    | {
        readonly state: "done";
        readonly verdict: Verdict;
        readonly commits: readonly Pick<Commit, "sha" | "committedAt">[];
        readonly retry: Retry | null;
      };
};

export type Unfinished = {
  readonly running: readonly Change[];
  readonly untold: readonly Head[];
  readonly overdue: readonly Required<ScanChangeData>[];
};

export type ScanStore = {
  /** Notes that a scope of a head is being judged. A scope that is done already becomes running again. */
  readonly begin: (change: Change) => Promise<void>;
  /** Stores the judgement and queues `jobs`, both or neither. */
  readonly finish: (
    change: Change,
    result: Extract<ScanRecord["result"], { state: "done" }>,
    jobs: readonly PlannedJob[],
  ) => Promise<void>;
  /** Forgets the scope: there is nothing to say any more (the repository is gone). */
  readonly drop: (change: Change) => Promise<void>;
  /** Every scope of a head, oldest first. */
  readonly scopesOf: (head: Head) => Promise<readonly ScanRecord[]>;
  /** Notes that GitHub has been told of these judgements. One that has changed since stays untold. */
  readonly told: (records: readonly ScanRecord[]) => Promise<void>;
  /** Notes that what GitHub shows on a head may no longer be what is stored. */
  readonly untold: (head: Head) => Promise<void>;
  /**
   * What has stayed as it is for that long and should not have: scopes that run, heads whose judgement is untold, retries whose time
   * has come.
   */
  readonly unfinished: (forSeconds: number) => Promise<Unfinished>;
  /** Notes, before GitHub is told so, that these secrets stand on a head and do not block it. It stays noted. */
  readonly eased: (head: Head, fingerprints: readonly string[]) => Promise<void>;
  /**
   * The heads whose judgement names a secret: the last ones of each ref and pull request, as nobody waits for older ones, and those that it
   * was said not to block, as whoever goes back to one of them would find it green.
   */
  readonly headsWith: (installationId: number, fingerprint: string) => Promise<readonly Head[]>;
};
