import { fail, given, pass, type PostureCheck } from "../check.ts";

export const workflowsCannotApprove: PostureCheck = {
  id: "workflows-cannot-approve",
  subject: "repository",
  title: "Workflows cannot approve pull requests",
  why: "A change that approves itself makes the required reviews worth nothing.",
  remedy: "Settings → Actions → General: do not allow GitHub Actions to create and approve pull requests.",
  needs: ["workflowDefaults"],
  evaluate: ({ workflowDefaults }) =>
    given(workflowDefaults, ({ canApproveReviews }) =>
      canApproveReviews ? fail("workflows may approve pull requests") : pass("workflows cannot approve"),
    ),
};
