/** Something we asked about: an answer, or why there is none. Not knowing is never taken for "no". */
export type Fact<T> =
  { readonly kind: "known"; readonly value: T } | { readonly kind: "unknown"; readonly reason: string };

export const known = <T>(value: T): Fact<T> => ({ kind: "known", value });
export const unknown = (reason: string): Fact<never> => ({ kind: "unknown", reason });

/** How a repository was from then on, until the next one. */
export type VisibilitySpan = { readonly visibility: "public" | "private" | "internal"; readonly since: string };

/** Who could have seen the secret, as far as it can be found out. */
export type Exposure = {
  readonly measuredAt: string;
  /** When the commit that brought it was made. */
  readonly since: Fact<string>;
  readonly visibility: Fact<"public" | "private" | "internal">;
  /** How it was over time, the oldest first, as far as Keyward saw it. */
  readonly visibilities: Fact<readonly VisibilitySpan[]>;
  /** Repositories that were forked from this one. */
  readonly forks: Fact<number>;
  /** Clones in the days that GitHub counts (14), and by how many. */
  readonly clones: Fact<{ readonly count: number; readonly uniques: number }>;
  readonly collaborators: Fact<number>;
  readonly onDefaultBranch: Fact<boolean>;
  /** Tags that lead to it. */
  readonly tags: Fact<readonly string[]>;
  /** Releases of these tags. */
  readonly releases: Fact<readonly string[]>;
  /** Other repositories of the installation in which the same secret was seen. */
  readonly otherRepositories: Fact<number>;
  /** Git operations that the audit log holds for the repository (GitHub Enterprise Cloud keeps them for 7 days). */
  readonly gitEvents: Fact<number>;
};
