import { addComment, deleteComment, editComment } from "../actions/comments.ts";
import { stringIn } from "../json.ts";
import { notFound, type Reply } from "../refusal.ts";
import { commentShape } from "../shapes/issues.ts";
import type { Comment, Issue } from "../state.ts";
import { issueByNumber, issuesOrPulls } from "./issue-calls.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

function commentById({ repository, params }: RepositoryCall): { issue: Issue; comment: Comment } {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find(({ id }) => id === Number(params["comment_id"]));
    if (comment !== undefined) return { issue, comment };
  }
  throw notFound();
}

function listComments(call: RepositoryCall): Reply {
  const issue = issueByNumber(call);
  const since = Date.parse(call.query.get("since") ?? "1970-01-01T00:00:00Z");
  const comments = issue.comments.filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
  return paged(call, comments, (comment) => commentShape(call.world, call.repository, issue, comment));
}

const commentReply = (call: RepositoryCall, issue: Issue, comment: Comment, status = 200): Reply =>
  ok(commentShape(call.world, call.repository, issue, comment), status);

export const commentRoutes: Routes = {
  "issues/create-comment": inRepository(issuesOrPulls, "write", (call) => {
    const issue = issueByNumber(call);
    const comment = addComment(call.world, call.repository, issue, call.bot, stringIn(call.body, "body") ?? "");
    return commentReply(call, issue, comment, 201);
  }),
  "issues/update-comment": inRepository(issuesOrPulls, "write", (call) => {
    const { issue, comment } = commentById(call);
    editComment(call.world, call.repository, issue, comment, stringIn(call.body, "body") ?? "", call.bot);
    return commentReply(call, issue, comment);
  }),
  "issues/delete-comment": inRepository(issuesOrPulls, "write", (call) => {
    const { issue, comment } = commentById(call);
    deleteComment(call.world, call.repository, issue, comment, call.bot);
    return { status: 204 };
  }),
  "issues/get-comment": inRepository(issuesOrPulls, "read", (call) => {
    const { issue, comment } = commentById(call);
    return commentReply(call, issue, comment);
  }),
  "issues/list-comments": inRepository(issuesOrPulls, "read", listComments),
};
