const organization = { login: "acme", id: 101, node_id: "MDEyOk9yZ2FuaXphdGlvbjEwMQ==" };
const repository = {
  id: 186_853_002,
  node_id: "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=",
  name: "Hello-World",
  full_name: "Codertocat/Hello-World",
  private: false,
  owner: { login: "Codertocat", id: 21_031_067, type: "User" },
  html_url: "https://github.com/Codertocat/Hello-World",
  default_branch: "master",
};
const common = {
  repository,
  organization,
  sender: { login: "Codertocat", id: 21_031_067, type: "User" },
  installation: { id: 5, node_id: "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uNQ==" },
};
const ruleset = {
  id: 21,
  name: "main",
  target: "branch",
  source_type: "Repository",
  source: "Codertocat/Hello-World",
  enforcement: "active",
  conditions: { ref_name: { exclude: [], include: ["~DEFAULT_BRANCH"] } },
  rules: [{ type: "deletion" }, { type: "non_fast_forward" }],
};

/** Of the events that the collection of recorded payloads does not have: the parts of GitHub's payloads that are looked at, and some more. */
export const writtenPayloads: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  branch_protection_configuration: [
    { action: "enabled", ...common },
    { action: "disabled", ...common },
  ],
  repository_ruleset: [
    { action: "created", ...common, repository_ruleset: ruleset },
    {
      action: "edited",
      ...common,
      repository_ruleset: ruleset,
      changes: {
        enforcement: { from: "evaluate" },
        rules: { added: [{ type: "deletion" }], deleted: [], updated: [] },
      },
    },
    { action: "deleted", ...common, repository_ruleset: ruleset },
  ],
  security_and_analysis: [
    { ...common, changes: { from: { security_and_analysis: { secret_scanning: { status: "disabled" } } } } },
  ],
  merge_group: [
    {
      action: "destroyed",
      reason: "dequeued",
      ...common,
      merge_group: {
        head_sha: "2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d",
        head_ref: "refs/heads/gh-readonly-queue/master/pr-104-929f8209d40f77f4abc622a499c93a83babdbe64",
        base_sha: "929f8209d40f77f4abc622a499c93a83babdbe64",
        base_ref: "refs/heads/master",
        head_commit: { id: "2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d" },
      },
    },
  ],
};
