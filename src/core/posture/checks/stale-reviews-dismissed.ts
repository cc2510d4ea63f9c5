import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const staleReviewsDismissed: PostureCheck = {
  id: "stale-reviews-dismissed",
  subject: "repository",
  title: "A new commit needs a new review",
  why: "Otherwise a credential can be pushed after the approval.",
  remedy: "In the ruleset of the branch: Dismiss stale pull request approvals when new commits are pushed.",
  needs: ["branches"],
  evaluate: (facts) =>
    ofEachBranch(facts, ({ reviews, dismissesStaleReviews }) => ({
      holds: reviews > 0 && dismissesStaleReviews,
      found: dismissesStaleReviews ? "stale reviews are dismissed" : "stale reviews stay valid",
    })),
};
