import type { Change, Commit, Place, RepoRef } from "../../core/change/change.ts";
import type { Unread } from "../../core/verdict/coverage.ts";

/** One distinct blob of a change, or the message of one of its commits or of its tag: its bytes, or why they could not be read. Yielded once. */
export type ReadBlob =
  | { readonly kind: "read"; readonly sha: string; readonly bytes: Uint8Array; readonly places: readonly Place[] }
  | {
      readonly kind: "message";
      readonly of: "commit" | "tag";
      /** The object that holds it. */
      readonly sha: string;
      readonly bytes: Uint8Array;
    }
  /** What `blobsBut` was told not to read: a blob, or a message, at the place that stands for messages. */
  | { readonly kind: "known"; readonly sha: string; readonly places: readonly Place[] }
  | { readonly kind: "unread"; readonly unread: Unread };

/** What is about to be read, and where it stands. Gives the ids of what need not be. */
export type WhatIsKnown = (
  objects: readonly { readonly sha: string; readonly places: readonly Place[] }[],
) => Promise<ReadonlySet<string>>;

/** A change opened for reading: its commits, oldest first, and a stream of its new blobs and of what its commits say (bounded in memory). */
export type ChangeReading = {
  readonly commits: readonly Commit[];
  readonly submodules: number;
  readonly blobs: AsyncIterable<ReadBlob>;
  /** The same without the bytes of what is known; it is asked for many at once, before they are read. */
  readonly blobsBut?: (known: WhatIsKnown) => AsyncIterable<ReadBlob>;
};

/** Why a change cannot be read at all, as far as it is part of life. */
export type ChangeUnavailable = {
  readonly kind: "unavailable";
  /**
   * `repository-gone`: deleted, or not visible to the installation. `commit-gone`: force-pushed away and pruned. `timeout`: bringing
   * it took longer than is waited.
   */
  readonly reason: "repository-gone" | "commit-gone" | "timeout";
  readonly detail: string;
};

export type CodeReader = {
  /**
   * Fetches what is new and opens it. Covers every commit reachable from the head that is not reachable from the change's
   * base (merges and their side branches included), and every blob those commits bring in, at every path.
   */
  readonly openChange: (
    change: Change,
    signal: AbortSignal,
  ) => Promise<({ readonly kind: "open" } & ChangeReading) | ChangeUnavailable>;
};

/** Reads one blob of a repository by its id, from the cache or from GitHub. `unavailable`: nobody has it any more, or it is too large. */
export type BlobReader = (
  repo: RepoRef,
  sha: string,
  signal: AbortSignal,
) => Promise<
  { readonly kind: "read"; readonly bytes: Uint8Array } | { readonly kind: "unavailable"; readonly detail: string }
>;

/** Reads what was said in a commit or an annotated tag, by its id. */
export type MessageReader = BlobReader;

/** Reads a file as it was in a commit. */
export type FileReader = (
  repo: RepoRef,
  file: { readonly revision: string; readonly path: string },
  signal: AbortSignal,
) => ReturnType<BlobReader>;
