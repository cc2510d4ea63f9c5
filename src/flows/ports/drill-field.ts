import type { RepoRef } from "../../core/change/change.ts";

/** Where drills take place: a branch of a repository that is made for one drill and taken away after it. */
export type DrillField = {
  /** The repository of that name (`owner/name`) as it is now; null: the installation does not see it. */
  readonly find: (installationId: number, fullName: string) => Promise<RepoRef | null>;
  /**
   * Puts a file on a branch of its own. Where the file is there already it stays as it is. `denied`: the app may not write to the
   * repository, which is optional.
   */
  readonly plant: (
    repo: RepoRef,
    branch: string,
    file: { readonly path: string; readonly text: string },
  ) => Promise<"planted" | "denied">;
  /** Takes the branch away; true if it is gone. */
  readonly clear: (repo: RepoRef, branch: string) => Promise<boolean>;
};
