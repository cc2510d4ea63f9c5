import type { RepoRef } from "../../core/change/change.ts";
import type { Facts } from "../../core/posture/facts.ts";

/** What GitHub says of a repository itself. */
export type OwnFacts = Pick<Facts, "repository" | "security">;

/** A repository as it is now. */
export type FoundRepository = {
  readonly repo: RepoRef;
  readonly archived: boolean;
  /** Where its default branch is; null: it has no commit yet. */
  readonly head: string | null;
  /** What was said of it on this occasion, for those who would ask the same. */
  readonly facts: OwnFacts;
};

/** Finds a repository by its present name; null if it is gone, or if another repository has its name. */
export type FindRepository = (known: RepoRef) => Promise<FoundRepository | null>;
