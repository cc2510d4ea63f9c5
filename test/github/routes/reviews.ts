import { editReview, editReviewComment } from "../actions/reviews.ts";
import { stringIn } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { isPull, type PullIssue } from "../shapes/pulls.ts";
import { reviewCommentShape, reviewShape } from "../shapes/reviews.ts";
import type { Review, ReviewComment } from "../state.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

function reviewOf({ repository, params }: RepositoryCall): { issue: PullIssue; review: Review } {
  const issue = repository.issues.get(Number(params["pull_number"]));
  if (issue === undefined || !isPull(issue)) throw notFound();
  const review = issue.pull.reviews.find(({ id }) => id === Number(params["review_id"]));
  if (review === undefined) throw notFound();
  return { issue, review };
}

function commentOf({ repository, params }: RepositoryCall): { issue: PullIssue; comment: ReviewComment } {
  for (const issue of [...repository.issues.values()].filter(isPull)) {
    const comment = issue.pull.reviewComments.find(({ id }) => id === Number(params["comment_id"]));
    if (comment !== undefined) return { issue, comment };
  }
  throw notFound();
}

const bodyIn = ({ body }: RepositoryCall): string => stringIn(body, "body") ?? "";

function updateReview(call: RepositoryCall): Reply {
  const { world, repository, bot } = call;
  const { issue, review } = reviewOf(call);
  // GitHub lets nobody empty a review.
  if (bodyIn(call) === "") throw new Refusal(422, "Validation Failed");
  editReview(world, repository, { issue, review, body: bodyIn(call), by: bot });
  return ok(reviewShape(world, repository, issue, review));
}

function updateComment(call: RepositoryCall): Reply {
  const { world, repository, bot } = call;
  const { issue, comment } = commentOf(call);
  editReviewComment(world, repository, { issue, comment, body: bodyIn(call), by: bot });
  return ok(reviewCommentShape(world, repository, issue, comment));
}

export const reviewRoutes: Routes = {
  "pulls/get-review": inRepository("pull_requests", "read", (call) => {
    const { issue, review } = reviewOf(call);
    return ok(reviewShape(call.world, call.repository, issue, review));
  }),
  "pulls/update-review": inRepository("pull_requests", "write", updateReview),
  "pulls/get-review-comment": inRepository("pull_requests", "read", (call) => {
    const { issue, comment } = commentOf(call);
    return ok(reviewCommentShape(call.world, call.repository, issue, comment));
  }),
  "pulls/update-review-comment": inRepository("pull_requests", "write", updateComment),
};
