import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const deletionBlocked: PostureCheck = {
  id: "deletion-blocked",
  subject: "repository",
  title: "The branch cannot be deleted",
  why: "Who can delete a protected branch can push a new one in its place, unreviewed.",
  remedy: "In the ruleset of the branch: Restrict deletions.",
  needs: ["branches"],
  evaluate: (facts) =>
    ofEachBranch(facts, ({ blocksDeletion }) => ({
      holds: blocksDeletion,
      found: blocksDeletion ? "deletion is blocked" : "deletion is allowed",
    })),
};
