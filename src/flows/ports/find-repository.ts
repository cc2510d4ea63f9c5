import type { RepoRef } from "../../core/change/change.ts";

/** A repository as it is now. */
export type FoundRepository = {
  readonly repo: RepoRef;
  readonly archived: boolean;
  /** Where its default branch is; null: it has no commit yet. */
  readonly head: string | null;
};

/** Finds a repository by its present name; null if it is gone, or if another repository has its name. */
export type FindRepository = (known: RepoRef) => Promise<FoundRepository | null>;
