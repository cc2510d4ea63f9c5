import type { Commit, RepoRef } from "../../core/change/change.ts";
import type { Retry } from "../../core/verdict/retry.ts";
import type { SuppressedFinding } from "../../core/suppression/judge-again.ts";
import type { Suppression } from "../../core/suppression/suppression.ts";
import type { Verdict } from "../../core/verdict/verdict.ts";
import type { IssueRef } from "./issues.ts";

/** A head commit that gets a check run. */
export type Head = { readonly repo: RepoRef; readonly sha: string };

/** Everything that is said about a head at once: several scopes (push, pull requests) combined. */
export type CheckReport = {
  /** Without what is suppressed. */
  readonly verdict: Verdict;
  readonly suppressed: readonly SuppressedFinding[];
  /** What was asked for about what blocks, and is not answered. */
  readonly waiting: readonly Suppression[];
  readonly commits: readonly Pick<Commit, "sha" | "committedAt">[];
  /** Incident issues to point to, by fingerprint. */
  readonly issues: ReadonlyMap<string, IssueRef>;
  /** What is done by itself about an incomplete verdict; null: nothing, it is complete or would stay as it is. */
  readonly retry: Retry | null;
};

export type CheckRuns = {
  /**
   * Makes sure an in-progress check run `Keyward` stands on the head and gives its id. Called again for the same head it
   * finds the one it made before (also when the answer to the creation was lost). A completed one is left alone and a new one made
   * only if `reopen` is set.
   */
  readonly begin: (head: Head, options: { readonly reopen: boolean }) => Promise<number>;
  /** Completes the check run with the report. Called again (after a crash in the middle too) it adds nothing twice. */
  readonly complete: (head: Head, checkRunId: number, report: CheckReport) => Promise<Concluded>;
};

/** Since when the head waited for its conclusion, whichever process began; null: it had one already. */
export type Concluded = { readonly since: string | null };
