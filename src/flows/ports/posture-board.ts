import type { IssueUnavailable } from "./issues.ts";
import type { PostureFiling, RepositoryPosture } from "./posture-store.ts";

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
};
