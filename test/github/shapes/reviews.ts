/** How GitHub writes reviews, and comments on lines of a pull request. */
import type { JsonObject } from "../json.ts";
import type { Repository, Review, ReviewComment } from "../state.ts";
import type { World } from "../world.ts";
import { nodeId, userShape } from "./accounts.ts";
import { associationOf, issuePage, reactions } from "./issues.ts";
import type { PullIssue } from "./pulls.ts";
import { repositoryUrl } from "./repositories.ts";

/** `pull-request-review`. */
export function reviewShape(world: World, repository: Repository, issue: PullIssue, review: Review): JsonObject {
  const html = `${issuePage(world, repository, issue)}#pullrequestreview-${review.id}`;
  const pull = `${repositoryUrl(world, repository)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: userShape(world, review.author),
    body: review.body,
    state: "COMMENTED",
    html_url: html,
    pull_request_url: pull,
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.createdAt,
    commit_id: review.commit,
    author_association: associationOf(repository, review.author),
  };
}

/** `webhooks_review`. */
export const hookReviewShape = (
  world: World,
  repository: Repository,
  issue: PullIssue,
  review: Review,
): JsonObject => ({
  ...reviewShape(world, repository, issue, review),
  state: "commented",
  updated_at: review.updatedAt,
});

/** `pull-request-review-comment`. */
export function reviewCommentShape(
  world: World,
  repository: Repository,
  issue: PullIssue,
  comment: ReviewComment,
): JsonObject {
  const url = `${repositoryUrl(world, repository)}/pulls/comments/${comment.id}`;
  const html = `${issuePage(world, repository, issue)}#discussion_r${comment.id}`;
  const pull = `${repositoryUrl(world, repository)}/pulls/${issue.number}`;
  return {
    url,
    pull_request_review_id: null,
    id: comment.id,
    node_id: nodeId("PRRC", comment.id),
    diff_hunk: "@@ -1 +1 @@",
    path: comment.path,
    position: 1,
    original_position: 1,
    commit_id: comment.commit,
    original_commit_id: comment.commit,
    user: userShape(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(repository, comment.author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    start_line: null,
    original_start_line: null,
    start_side: null,
    line: comment.line,
    original_line: comment.line,
    side: "RIGHT",
    subject_type: "line",
    reactions: reactions(url),
  };
}
