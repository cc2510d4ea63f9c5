import type { Change, ChangeSource, Commit } from "../../core/change/change.ts";
import type { Verdict } from "../../core/verdict/verdict.ts";
import type { Head } from "./check-runs.ts";
import type { Job } from "./jobs.ts";

/** What is stored of the judgement of one scope of a head. */
export type ScanRecord = {
  readonly head: Head;
  readonly scope: string;
  /** What the scope was asked about: with the head it makes the change again. */
  readonly source: ChangeSource;
  readonly result:
    | { readonly state: "running" }
    | {
        readonly state: "done";
        readonly verdict: Verdict;
        readonly commits: readonly Pick<Commit, "sha" | "committedAt">[];
      };
};

export type ScanStore = {
  /** Notes that a scope of a head is being judged. A scope that is done already becomes running again. */
  readonly begin: (change: Change) => Promise<void>;
  /** Stores the judgement and queues `jobs`, both or neither. */
  readonly finish: (
    change: Change,
    result: Extract<ScanRecord["result"], { state: "done" }>,
    jobs: readonly Job[],
  ) => Promise<void>;
  /** Forgets the scope: there is nothing to say any more (the repository is gone). */
  readonly drop: (change: Change) => Promise<void>;
  /** Every scope of a head, oldest first. */
  readonly scopesOf: (head: Head) => Promise<readonly ScanRecord[]>;
};
