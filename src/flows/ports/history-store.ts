import type { RepoRef } from "../../core/change/change.ts";
import type { History, HistoryReason } from "../../core/history/history.ts";
import type { HistoryTips } from "./history-reader.ts";
import type { Job } from "./jobs.ts";

export type StoredHistory = History & {
  /** What is read; null: that was not looked up yet. */
  readonly tips: HistoryTips | null;
};

/** What changes while a history is read. */
export type HistoryChange = Partial<Pick<StoredHistory, "state" | "scanner" | "progress" | "toldAt" | "tips">>;

export type HistoryStore = {
  readonly of: (repoId: number) => Promise<StoredHistory | null>;
  /** Begins the reading anew, from nothing, and queues its job. What still runs of an earlier round comes to nothing. */
  readonly begin: (repo: RepoRef, reason: HistoryReason) => Promise<void>;
  /** As `begin`, for all of them or none. */
  readonly beginAll: (repos: readonly RepoRef[], reason: HistoryReason) => Promise<void>;
  /** Whose those of these repositories are that were begun, and how far. */
  readonly statesOf: (repoIds: readonly number[]) => Promise<readonly Pick<History, "repo" | "state">[]>;
  /** Changes it and queues jobs, both or neither. False, and nothing is done, when another round has begun or it was forgotten. */
  readonly change: (
    history: Pick<History, "repo" | "round">,
    change: HistoryChange,
    jobs?: readonly Job[],
  ) => Promise<boolean>;
  /** Every history that is not being read: as it was read last. */
  readonly settled: () => Promise<readonly Pick<History, "repo" | "state" | "scanner">[]>;
};
