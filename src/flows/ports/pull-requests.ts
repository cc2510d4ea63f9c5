import type { RepoRef } from "../../core/change/change.ts";

/** Pull requests as they are now. */
export type PullRequests = {
  /** Null: there is no pull request of that number. */
  readonly find: (repo: RepoRef, number: number) => Promise<{ readonly head: string; readonly author: string } | null>;
};

/** The one comment that a pull request has from us. */
export type PullComments = {
  /**
   * Makes it say `text`. It is found by a hidden marker, so that there is one however often this is done. `begins` false: where there
   * is none, none is made.
   */
  readonly keep: (repo: RepoRef, number: number, text: string, options: { readonly begins: boolean }) => Promise<void>;
};

/** Brings the comment on a pull request to what the check of its head says. */
export type SyncPullComment = {
  readonly name: "sync-pull-comment";
  readonly data: { readonly repo: RepoRef; readonly number: number };
};
