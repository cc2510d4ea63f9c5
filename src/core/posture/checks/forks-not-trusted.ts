import type { PostureCheck } from "../check.ts";
import { ofEachStep } from "../workflow-claim.ts";

const headOfPullRequest =
  /github\.event\.pull_request\.head\.|github\.head_ref|refs\/pull\/|github\.event\.workflow_run\.head_/;

/** What a script gets a pull request's head with. */
const fetchedHead =
  /\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull|checkout|switch|clone|worktree)\b[^\n]*(?:\bpull\/|github\.event\.pull_request\.head\.|github\.head_ref|GITHUB_HEAD_REF)|refs\/pull\//;

export const forksNotTrusted: PostureCheck = {
  id: "forks-not-trusted",
  subject: "repository",
  title: "Code of a fork never runs with the repository's secrets",
  why: "“pull_request_target” runs with secrets and a token that can write; a checkout of the pull request's head hands both to its author.",
  remedy:
    "Use “pull_request”, or do not check out the head in a workflow that is started by “pull_request_target” or “workflow_run”.",
  needs: ["workflows"],
  evaluate: (facts) =>
    ofEachStep(
      facts,
      (step, { events }) => {
        const privileged = events.find((event) => event === "pull_request_target" || event === "workflow_run");
        if (privileged === undefined) return null;
        const { ref = "", repository = "" } = step.with;
        const checksOut =
          /^actions\/checkout@/i.test(step.uses ?? "") && headOfPullRequest.test(`${ref} ${repository}`);
        const fetches = fetchedHead.test(step.run ?? "");
        return checksOut || fetches
          ? { line: step.line, problem: `checks out the head of a pull request in a workflow on ${privileged}` }
          : null;
      },
      "no workflow with secrets checks out what a fork sent",
    ),
};
