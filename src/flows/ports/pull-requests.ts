import type { RepoRef } from "../../core/change/change.ts";

/** Pull requests as they are now. */
export type PullRequests = {
  /** Null: there is no pull request of that number. */
  readonly find: (repo: RepoRef, number: number) => Promise<{ readonly head: string; readonly author: string } | null>;
};
