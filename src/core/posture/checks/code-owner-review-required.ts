import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const codeOwnerReviewRequired: PostureCheck = {
  id: "code-owner-review-required",
  subject: "repository",
  title: "The owners of a file review its changes",
  why: "Who knows a file knows what does not belong there, and can vouch for an exception.",
  remedy: "In the ruleset of the branch: Require review from Code Owners; and name them in CODEOWNERS.",
  needs: ["branches"],
  evaluate: (facts) =>
    ofEachBranch(facts, ({ reviews, codeOwnerReview }) => ({
      holds: reviews > 0 && codeOwnerReview,
      found: codeOwnerReview ? "code owners must review" : "code owners need not review",
    })),
};
