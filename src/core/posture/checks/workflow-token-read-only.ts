import { fail, given, pass, type PostureCheck } from "../check.ts";

export const workflowTokenReadOnly: PostureCheck = {
  id: "workflow-token-read-only",
  subject: "repository",
  title: "The token of workflows can only read unless a workflow asks for more",
  why: "A compromised action or dependency acts with the rights of that token.",
  remedy: "Settings → Actions → General → Workflow permissions: Read repository contents.",
  needs: ["workflowDefaults"],
  evaluate: ({ workflowDefaults }) =>
    given(workflowDefaults, ({ token }) => (token === "read" ? pass("read") : fail("workflows may write by default"))),
};
