import type { RepoRef } from "../../core/change/change.ts";
import type { Unread } from "../../core/verdict/coverage.ts";
import type { ChangeReading, ChangeUnavailable } from "./code-reader.ts";

/** Everything that the refs of a repository lead to, as they were at one moment. */
export type HistoryTips = {
  /** The commit of the default branch; null: there is none. */
  readonly head: string | null;
  /** What every branch, tag and pull request was at, each id once. */
  readonly tips: readonly string[];
};

/** The next commits of a history, with what they bring. The last part also has the messages of tags. */
export type HistoryPart = Pick<ChangeReading, "blobs" | "blobsBut" | "submodules"> & {
  /** How many commits of the history come before the next part. */
  readonly done: number;
};

export type OpenedHistory = HistoryTips & {
  readonly kind: "open";
  /** How many commits there are. */
  readonly commits: number;
  /** Tips that the server no longer has. */
  readonly lost: readonly Unread[];
  /** The parts from a commit on, parents before children. With the same tips always the same. */
  readonly partsFrom: (done: number) => AsyncIterable<HistoryPart>;
};

export type HistoryReader = {
  /**
   * Fetches whatever a repository's refs lead to and opens it; with tips, what led there then. A change that is read meanwhile is not
   * held up. `empty`: there is no ref.
   */
  readonly openHistory: (
    repo: RepoRef,
    tips: HistoryTips | null,
    signal: AbortSignal,
  ) => Promise<OpenedHistory | { readonly kind: "empty" } | ChangeUnavailable>;
};
