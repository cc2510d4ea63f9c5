import type { RepoRef } from "../../core/change/change.ts";
import type { LeakAuthors, SuppressionEntry } from "../../core/suppression/suppression.ts";
import type { Job } from "./jobs.ts";
import type { SuppressionRef } from "./suppression-jobs.ts";

/** What was asked for and answered about secrets that need not block. Nothing of it is ever changed or taken away. */
export type SuppressionStore = {
  /** All about these fingerprints, oldest first. */
  readonly about: (installationId: number, fingerprints: readonly string[]) => Promise<readonly SuppressionEntry[]>;
  /** All about what the configuration of a repository suppresses or has suppressed, oldest first. */
  readonly configuredIn: (installationId: number, repoId: number) => Promise<readonly SuppressionEntry[]>;
  /** Adds entries at the end and queues `jobs`, both or neither. An entry of an id and kind that is there already is left out. */
  readonly append: (
    installationId: number,
    entries: readonly SuppressionEntry[],
    jobs: readonly Job[],
  ) => Promise<void>;
  /** Suppressions whose time is over by then without an entry that says so; at most `limit`. */
  readonly endedBy: (now: string, limit: number) => Promise<readonly (SuppressionRef & { readonly id: string })[]>;
};

/** Who brought commits in, as far as GitHub knows. */
export type CommitAuthors = (repo: RepoRef, commits: readonly string[]) => Promise<LeakAuthors>;
