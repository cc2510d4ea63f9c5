import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const conversationsResolved: PostureCheck = {
  id: "conversations-resolved",
  subject: "repository",
  title: "Every conversation is resolved before a merge",
  why: "An open question about a credential is easily merged over.",
  remedy: "In the ruleset of the branch: Require conversation resolution before merging.",
  needs: ["branches"],
  optional: true,
  evaluate: (facts) =>
    ofEachBranch(facts, ({ conversationsResolved }) => ({
      holds: conversationsResolved,
      found: conversationsResolved ? "conversations must be resolved" : "conversations may stay open",
    })),
};
