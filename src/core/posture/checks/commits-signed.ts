import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const commitsSigned: PostureCheck = {
  id: "commits-signed",
  subject: "repository",
  title: "Commits are signed",
  why: "Who wrote a commit that leaked something is otherwise anybody's claim.",
  remedy: "In the ruleset of the branch: Require signed commits.",
  needs: ["branches"],
  optional: true,
  evaluate: (facts) =>
    ofEachBranch(facts, ({ signedCommits }) => ({
      holds: signedCommits,
      found: signedCommits ? "signatures are required" : "signatures are not required",
    })),
};
