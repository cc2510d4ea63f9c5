/** Where a commit or an annotated tag comes from. */
export type CommitOrigin = {
  readonly author: string;
  readonly email: string;
  /** When it was written (ISO 8601, UTC); null where that cannot be told. */
  readonly date: string | null;
  /** Refs that lead to it: the first of them, in git's order, and how many there are. */
  readonly refs: readonly string[];
  readonly refCount: number;
};

/** Tells where commits come from; nothing of what is not there. What was told is remembered. */
export type CommitOrigins = (commits: readonly string[]) => Promise<ReadonlyMap<string, CommitOrigin>>;
