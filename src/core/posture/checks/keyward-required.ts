import { ofEachBranch } from "../branch-claim.ts";
import type { PostureCheck } from "../check.ts";

export const keywardRequired: PostureCheck = {
  id: "keyward-required",
  subject: "repository",
  title: "A change cannot be merged without this app's verdict",
  why: "A check that is not required blocks nothing; one that anybody may report can be answered by the change itself.",
  remedy: "In the ruleset of the branch: Require status checks to pass → Keyward, with this app as its source.",
  needs: ["branches"],
  evaluate: (facts, { appId, checkName }) =>
    ofEachBranch(facts, ({ checks }) => {
      const named = checks.filter(({ context }) => context === checkName);
      const ours = named.some((check) => check.appId === appId);
      const found = ours
        ? `${checkName} is required from this app`
        : named.length > 0
          ? `${checkName} is required, but from any source: another app or token could answer for it`
          : `${checkName} is not required`;
      return { holds: ours, found };
    }),
};
