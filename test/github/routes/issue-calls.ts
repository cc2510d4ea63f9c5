import { notFound } from "../refusal.ts";
import type { Issue } from "../state.ts";
import type { RepositoryCall } from "./route.ts";

/** Operations that are for issues and for pull requests go by either permission. */
export const issuesOrPulls = ["issues", "pull_requests"];

/** The issue or pull request that a path names. */
export function issueByNumber(call: RepositoryCall): Issue {
  const issue = call.repository.issues.get(Number(call.params["issue_number"]));
  if (issue === undefined) throw notFound();
  return issue;
}
