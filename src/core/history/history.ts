import type { RepoRef } from "../change/change.ts";
import type { Coverage, Unread } from "../verdict/coverage.ts";

/** Why the whole history of a repository is read. */
export const historyReasons = ["installed", "made-public", "caught-up", "asked", "rules-changed"] as const;
export type HistoryReason = (typeof historyReasons)[number];

/** How far the reading of a history has come. Counts of places, not of distinct content: parts that were read again count again. */
export type HistoryProgress = {
  /** All there are; 0 before that is known. */
  readonly commits: number;
  readonly done: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly submodules: number;
  /** What the policy does not want looked at. */
  readonly leftOut: number;
  /** How much was not read, and the first of it. */
  readonly unread: number;
  readonly gaps: readonly Unread[];
  /** Of the credentials that were found, each once. */
  readonly fingerprints: readonly string[];
};

/** `failed`: it was given up, and is tried again in a day. */
export type HistoryState = "waiting" | "running" | "done" | "failed";

/** The reading of one repository's history. */
export type History = {
  readonly repo: RepoRef;
  /** Another one each time it is begun anew. */
  readonly round: number;
  readonly reason: HistoryReason;
  readonly state: HistoryState;
  /** The identity of the scanner that reads it; null: none has begun. */
  readonly scanner: string | null;
  readonly progress: HistoryProgress;
  /** When people were last told how far it is; null: they were not. */
  readonly toldAt: string | null;
};

export const nothingRead: HistoryProgress = {
  commits: 0,
  done: 0,
  blobs: 0,
  bytes: 0,
  submodules: 0,
  leftOut: 0,
  unread: 0,
  gaps: [],
  fingerprints: [],
};

const gapsKept = 20;

/** What was read of a part. */
export type PartCoverage = Omit<Coverage, "commits" | "leftOut"> & { readonly leftOut: number };

/** The progress after one more part. */
export function afterPart(
  progress: HistoryProgress,
  done: number,
  coverage: PartCoverage,
  fingerprints: Iterable<string>,
): HistoryProgress {
  return {
    commits: progress.commits,
    done,
    blobs: progress.blobs + coverage.blobs,
    bytes: progress.bytes + coverage.bytes,
    submodules: progress.submodules + coverage.submodules,
    leftOut: progress.leftOut + coverage.leftOut,
    unread: progress.unread + coverage.unread.length,
    gaps: [...progress.gaps, ...coverage.unread].slice(0, gapsKept),
    fingerprints: [...new Set([...progress.fingerprints, ...fingerprints])],
  };
}
