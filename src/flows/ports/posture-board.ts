import type { IssueUnavailable } from "./issues.ts";
import type { OrganizationPosture, PostureFiling, RepositoryPosture, Week } from "./posture-store.ts";

/** All that a summary tells. */
export type SummaryMatter = {
  readonly organization: OrganizationPosture;
  /** Each, and how it stood in the newest week before this. */
  readonly repositories: readonly { readonly posture: RepositoryPosture; readonly before: Week | null }[];
};

/** Where people see how a repository stands. */
export type PostureBoard = {
  /**
   * Makes sure that the head of the default branch has a check run `Keyward posture` that says so. Called again, or after an answer
   * was lost, it finds the one it made. In a public repository it says only what may be said there.
   */
  readonly showCheck: (posture: RepositoryPosture) => Promise<void>;
  /**
   * Brings the living issue of the repository to what is known: opens it, writes it, closes it, opens it again, and reminds people of
   * it at the chosen pace. Found by its number or by a hidden marker, so that there is one; written only when what it says is
   * different. `none`: there is nothing to say, and there never was.
   */
  readonly bringIssue: (
    posture: RepositoryPosture,
    filing: PostureFiling | null,
    now: string,
  ) => Promise<
    { readonly kind: "filed"; readonly filing: PostureFiling } | { readonly kind: "none" } | IssueUnavailable
  >;
  /**
   * Brings the one issue about all repositories of an organization to what is known. Never in a public repository; `nowhere`: there is
   * no other.
   */
  readonly bringSummary: (
    matter: SummaryMatter,
    filing: PostureFiling | null,
    now: string,
  ) => Promise<{ readonly kind: "filed"; readonly filing: PostureFiling } | { readonly kind: "nowhere" }>;
};
