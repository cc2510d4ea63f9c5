import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const branchProtected: PostureCheck = {
  id: "branch-protected",
  subject: "repository",
  title: "The default branch is protected",
  why: "Without protection anybody with write access can put a credential on it without a review or a check.",
  remedy: "Settings → Rules → Rulesets: an active ruleset for the default branch that requires a pull request.",
  needs: ["branches"],
  evaluate: (facts) =>
    ofEachBranch(facts, ({ reviews, checks }) => ({
      holds: reviews > 0 || checks.length > 0,
      found: `${reviews} reviews and ${checks.length} status checks required`,
    })),
};
