import type { JsonObject } from "../json.ts";
import { commentShape, issueShape, labelShape } from "../shapes/issues.ts";
import type { Account, Comment, Issue, Label, Repository } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { timestamp } from "../clock.ts";
import type { World } from "../world.ts";

export type NewIssue = Pick<Issue, "title" | "body" | "author" | "labels" | "assignees" | "pull">;

/** Gives an issue or a pull request its number. Tells nobody yet. */
export function addIssue(world: World, repository: Repository, wanted: NewIssue): Issue {
  const { title, body, author, labels, assignees, pull } = wanted;
  const createdAt = timestamp();
  const issue: Issue = {
    id: world.nextId(),
    number: Math.max(0, ...repository.issues.keys()) + 1,
    title,
    body,
    author,
    labels: [...labels],
    assignees: [...assignees],
    pull,
    state: "open",
    stateReason: null,
    createdAt,
    updatedAt: createdAt,
    closedAt: null,
    closedBy: null,
    comments: [],
  };
  repository.issues.set(issue.number, issue);
  return issue;
}

function emitIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  action: string,
  sender: Account,
  fields: JsonObject = {},
): void {
  const shape = issueShape(world, repository, issue);
  emit(world, repository, { event: "issues", action, sender, fields: { issue: shape, ...fields } });
}

/** Opens an issue. */
export function openIssue(world: World, repository: Repository, wanted: Omit<NewIssue, "pull">): Issue {
  const issue = addIssue(world, repository, { ...wanted, pull: null });
  emitIssue(world, repository, issue, "opened", wanted.author);
  for (const label of issue.labels)
    emitIssue(world, repository, issue, "labeled", wanted.author, { label: labelShape(world, repository, label) });
  return issue;
}

export type IssueChange = {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: "open" | "closed";
  readonly stateReason?: Issue["stateReason"];
  readonly labels?: readonly Label[];
  readonly assignees?: readonly Account[];
};

/** Changes an issue and sends one event per kind of change. What is the same already is no change. */
export function changeIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  change: IssueChange,
  by: Account,
): void {
  const changes: { title?: { from: string }; body?: { from: string } } = {};
  if (change.title !== undefined && change.title !== issue.title) {
    changes.title = { from: issue.title };
    issue.title = change.title;
  }
  if (change.body !== undefined && change.body !== issue.body) {
    changes.body = { from: issue.body ?? "" };
    issue.body = change.body;
  }
  if (change.assignees !== undefined) issue.assignees = [...change.assignees];
  issue.updatedAt = timestamp();
  if (Object.keys(changes).length > 0) emitIssue(world, repository, issue, "edited", by, { changes });
  if (change.labels !== undefined) setLabels(world, repository, issue, change.labels, by);
  if (change.state !== undefined && change.state !== issue.state) setState(world, repository, issue, change, by);
}

function setState(world: World, repository: Repository, issue: Issue, change: IssueChange, by: Account): void {
  const closes = change.state === "closed";
  issue.state = closes ? "closed" : "open";
  issue.stateReason = change.stateReason ?? (closes ? "completed" : "reopened");
  issue.closedAt = closes ? timestamp() : null;
  issue.closedBy = closes ? by : null;
  emitIssue(world, repository, issue, closes ? "closed" : "reopened", by);
}

/** Gives an issue these labels and no others. */
export function setLabels(
  world: World,
  repository: Repository,
  issue: Issue,
  labels: readonly Label[],
  by: Account,
): void {
  const before = issue.labels;
  issue.labels = [...new Set(labels)];
  const tell = (action: string, label: Label): void =>
    emitIssue(world, repository, issue, action, by, { label: labelShape(world, repository, label) });
  for (const label of before.filter((one) => !issue.labels.includes(one))) tell("unlabeled", label);
  for (const label of issue.labels.filter((one) => !before.includes(one))) tell("labeled", label);
}

/** The label of that name; it is made if need be, as GitHub does when an issue is given a label nobody has made. */
export function ensureLabel(
  world: World,
  repository: Repository,
  name: string,
  color = "ededed",
  description: string | null = null,
): Label {
  const known = repository.labels.get(name.toLowerCase());
  if (known !== undefined) return known;
  const label: Label = { id: world.nextId(), name, color, description };
  repository.labels.set(name.toLowerCase(), label);
  return label;
}

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
  const comment: Comment = { id: world.nextId(), author, body, createdAt, updatedAt: createdAt };
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
