import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const historyLinear: PostureCheck = {
  id: "history-linear",
  subject: "repository",
  title: "The history of the branch is linear",
  why: "Merges can bring in a side branch that nobody looked at.",
  remedy: "In the ruleset of the branch: Require linear history.",
  needs: ["branches"],
  optional: true,
  evaluate: (facts) =>
    ofEachBranch(facts, ({ linearHistory }) => ({
      holds: linearHistory,
      found: linearHistory ? "linear history is required" : "merge commits are allowed",
    })),
};
