import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const reviewsRequired: PostureCheck = {
  id: "reviews-required",
  subject: "repository",
  title: "Several people review a change before it is merged",
  why: "A second pair of eyes sees what a scanner cannot: a credential that looks like nothing.",
  remedy: "In the ruleset of the branch: Require a pull request before merging → Required approvals.",
  needs: ["branches"],
  evaluate: (facts, { reviews: wanted }) =>
    ofEachBranch(facts, ({ reviews }) => ({
      holds: reviews >= wanted,
      found: `${reviews} of ${wanted} approving reviews required`,
    })),
};
