import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const forcePushesBlocked: PostureCheck = {
  id: "force-pushes-blocked",
  subject: "repository",
  title: "The history of the branch cannot be rewritten",
  why: "A force push takes commits out of sight that others may have fetched, with what they leaked.",
  remedy: "In the ruleset of the branch: Block force pushes.",
  needs: ["branches"],
  evaluate: (facts) =>
    ofEachBranch(facts, ({ blocksForcePushes }) => ({
      holds: blocksForcePushes,
      found: blocksForcePushes ? "force pushes are blocked" : "force pushes are allowed",
    })),
};
