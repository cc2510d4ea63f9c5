import { timestamp } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import { commentShape, issueShape } from "../shapes/issues.ts";
import type { Account, Comment, Issue, Repository } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import type { World } from "../world.ts";

function emitComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  about: { readonly action: string; readonly sender: Account; readonly fields?: JsonObject },
): void {
  const fields = {
    issue: issueShape(world, repository, issue),
    comment: commentShape(world, repository, issue, comment),
    ...about.fields,
  };
  emit(world, repository, { event: "issue_comment", action: about.action, sender: about.sender, fields });
}

/** Comments on an issue or a pull request. */
export function addComment(world: World, repository: Repository, issue: Issue, author: Account, body: string): Comment {
  const createdAt = timestamp();
  const comment: Comment = { id: world.nextId(), author, body, createdAt, updatedAt: createdAt, reactions: [] };
  issue.comments.push(comment);
  issue.updatedAt = createdAt;
  emitComment(world, repository, issue, comment, { action: "created", sender: author });
  return comment;
}

export function editComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  body: string,
  by: Account,
): void {
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = timestamp();
  emitComment(world, repository, issue, comment, {
    action: "edited",
    sender: by,
    fields: { changes: { body: { from } } },
  });
}

export function deleteComment(world: World, repository: Repository, issue: Issue, comment: Comment, by: Account): void {
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  emitComment(world, repository, issue, comment, { action: "deleted", sender: by });
}
