import { timestamp } from "../clock.ts";
import { objectIn, type JsonObject } from "../json.ts";
import { simplePullShape, type PullIssue } from "../shapes/pulls.ts";
import { hookReviewShape, reviewCommentShape } from "../shapes/reviews.ts";
import type { Account, Repository, Review, ReviewComment } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import type { World } from "../world.ts";

type About = { readonly action: string; readonly sender: Account; readonly fields?: JsonObject };

function emitReview(world: World, repository: Repository, issue: PullIssue, review: Review, about: About): void {
  const fields = {
    pull_request:
      about.action === "edited"
        ? pullOfEditedReview(world, repository, issue)
        : simplePullShape(world, repository, issue),
    review: hookReviewShape(world, repository, issue, review),
    ...about.fields,
  };
  emit(world, repository, { event: "pull_request_review", action: about.action, sender: about.sender, fields });
}

/** As the description of this event has it, unlike its neighbors': of the repositories on both sides two fields are not known. */
function pullOfEditedReview(world: World, repository: Repository, issue: PullIssue): JsonObject {
  const shape = simplePullShape(world, repository, issue);
  const side = (name: "head" | "base"): JsonObject => {
    const { has_discussions: _, web_commit_signoff_required: __, ...repo } = objectIn(objectIn(shape, name), "repo");
    return { ...objectIn(shape, name), repo };
  };
  return { ...shape, head: side("head"), base: side("base") };
}

/** Comments on a pull request as a whole, in a review. */
export function addReview(
  world: World,
  repository: Repository,
  issue: PullIssue,
  author: Account,
  body: string,
): Review {
  const at = timestamp();
  const review: Review = { id: world.nextId(), author, body, commit: issue.pull.headSha, createdAt: at, updatedAt: at };
  issue.pull.reviews.push(review);
  emitReview(world, repository, issue, review, { action: "submitted", sender: author });
  return review;
}

/** Changes what a review says. */
export function editReview(
  world: World,
  repository: Repository,
  { issue, review, body, by }: { issue: PullIssue; review: Review; body: string; by: Account },
): void {
  const from = review.body;
  if (from === body) return;
  review.body = body;
  review.updatedAt = timestamp();
  emitReview(world, repository, issue, review, {
    action: "edited",
    sender: by,
    fields: { changes: { body: { from } } },
  });
}

function emitComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  comment: ReviewComment,
  about: About,
): void {
  const fields = {
    pull_request: simplePullShape(world, repository, issue),
    comment: reviewCommentShape(world, repository, issue, comment),
    ...about.fields,
  };
  emit(world, repository, { event: "pull_request_review_comment", action: about.action, sender: about.sender, fields });
}

export type NewReviewComment = {
  readonly author: Account;
  readonly body: string;
  readonly path: string;
  readonly line: number;
};

/** Comments on a line of a pull request. */
export function addReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  wanted: NewReviewComment,
): ReviewComment {
  const at = timestamp();
  const comment: ReviewComment = {
    ...wanted,
    id: world.nextId(),
    commit: issue.pull.headSha,
    createdAt: at,
    updatedAt: at,
  };
  issue.pull.reviewComments.push(comment);
  emitComment(world, repository, issue, comment, { action: "created", sender: wanted.author });
  return comment;
}

/** Changes what a comment on a line says. */
export function editReviewComment(
  world: World,
  repository: Repository,
  { issue, comment, body, by }: { issue: PullIssue; comment: ReviewComment; body: string; by: Account },
): void {
  const from = comment.body;
  if (from === body) return;
  comment.body = body;
  comment.updatedAt = timestamp();
  const fields = { changes: { body: { from } } };
  emitComment(world, repository, issue, comment, { action: "edited", sender: by, fields });
}
