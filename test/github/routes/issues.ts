import {
  addComment,
  changeIssue,
  deleteComment,
  editComment,
  ensureLabel,
  openIssue,
  setLabels,
  type IssueChange,
} from "../actions/issues.ts";
import { isObject, stringIn, stringsIn, textOf, type Json } from "../json.ts";
import { invalid, notFound, Refusal, type Reply } from "../refusal.ts";
import { commentShape, issueShape, labelShape, oneIssueShape } from "../shapes/issues.ts";
import type { Account, Comment, Issue, Label } from "../state.ts";
import { accountByLogin } from "../world.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** Comments and labels of pull requests go by either permission. */
const either = ["issues", "pull_requests"];

function issueByNumber(call: RepositoryCall): Issue {
  const issue = call.repository.issues.get(Number(call.params["issue_number"]));
  if (issue === undefined) throw notFound();
  return issue;
}

function commentById({ repository, params }: RepositoryCall): { issue: Issue; comment: Comment } {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find(({ id }) => id === Number(params["comment_id"]));
    if (comment !== undefined) return { issue, comment };
  }
  throw notFound();
}

/** Labels are named by text or by object. */
function labelsIn(call: RepositoryCall, value: Json | undefined): Label[] {
  const names = (Array.isArray(value) ? value : []).map((one: Json) => (isObject(one) ? stringIn(one, "name") : one));
  return names.filter((name) => typeof name === "string").map((name) => ensureLabel(call.world, call.repository, name));
}

function assigneesIn({ world, body }: RepositoryCall): Account[] | undefined {
  return stringsIn(body, "assignees")?.map((login) => {
    const account = accountByLogin(world, login);
    if (account === undefined)
      throw invalid("Issue", "assignees", "invalid", `${login} cannot be assigned to this issue`);
    return account;
  });
}

function create(call: RepositoryCall): Reply {
  const { world, repository, body, bot } = call;
  if (!repository.hasIssues) throw new Refusal(410, "Issues are disabled for this repo");
  const issue = openIssue(world, repository, {
    title: textOf(body["title"]),
    body: stringIn(body, "body") ?? null,
    author: bot,
    labels: labelsIn(call, body["labels"]),
    assignees: assigneesIn(call) ?? [],
  });
  return ok(oneIssueShape(world, repository, issue), 201);
}

function update(call: RepositoryCall): Reply {
  const { world, repository, body, bot } = call;
  const issue = issueByNumber(call);
  const assignees = assigneesIn(call);
  const title = body["title"];
  const change: IssueChange = {
    ...(title === undefined || title === null ? {} : { title: textOf(title) }),
    ...(body["body"] === undefined ? {} : { body: stringIn(body, "body") ?? null }),
    ...(body["state"] === undefined ? {} : { state: body["state"] === "closed" ? "closed" : "open" }),
    ...(body["state_reason"] === undefined ? {} : { stateReason: body["state_reason"] as Issue["stateReason"] }),
    ...(body["labels"] === undefined ? {} : { labels: labelsIn(call, body["labels"]) }),
    ...(assignees === undefined ? {} : { assignees }),
  };
  changeIssue(world, repository, issue, change, bot);
  return ok(oneIssueShape(world, repository, issue));
}

function list(call: RepositoryCall): Reply {
  const { world, repository, query } = call;
  const state = query.get("state") ?? "open";
  const creator = query.get("creator")?.toLowerCase();
  const labels = (query.get("labels") ?? "").split(",").filter((name) => name !== "");
  const since = Date.parse(query.get("since") ?? "1970-01-01T00:00:00Z");
  const wanted = [...repository.issues.values()].filter(
    (issue) =>
      (state === "all" || issue.state === state) &&
      (creator === undefined || issue.author.login.toLowerCase() === creator) &&
      labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name.trim().toLowerCase())) &&
      Date.parse(issue.updatedAt) >= since,
  );
  return paged(call, sorted(wanted, query), (issue) => issueShape(world, repository, issue));
}

function sorted(issues: Issue[], query: URLSearchParams): Issue[] {
  const by = query.get("sort") ?? "created";
  const key = (issue: Issue): number =>
    by === "comments" ? issue.comments.length : Date.parse(by === "updated" ? issue.updatedAt : issue.createdAt);
  const direction = query.get("direction") === "asc" ? 1 : -1;
  return issues.sort((a, b) => direction * (key(a) - key(b) || a.number - b.number));
}

function createLabel(call: RepositoryCall): Reply {
  const { world, repository, body } = call;
  const name = stringIn(body, "name") ?? "";
  if (repository.labels.has(name.toLowerCase())) throw invalid("Label", "name", "already_exists", "already exists");
  const label = ensureLabel(world, repository, name, stringIn(body, "color"), stringIn(body, "description") ?? null);
  return ok(labelShape(world, repository, label), 201);
}

const labelsReply = (call: RepositoryCall, labels: readonly Label[]): Reply =>
  paged(call, labels, (label) => labelShape(call.world, call.repository, label));

function addLabels(call: RepositoryCall): Reply {
  const issue = issueByNumber(call);
  const added = labelsIn(call, call.body["labels"]);
  setLabels(call.world, call.repository, issue, [...issue.labels, ...added], call.bot);
  return labelsReply(call, issue.labels);
}

function removeLabel(call: RepositoryCall): Reply {
  const issue = issueByNumber(call);
  const label = issue.labels.find(({ name }) => name.toLowerCase() === call.params["name"]?.toLowerCase());
  if (label === undefined) throw new Refusal(404, "Label does not exist");
  setLabels(
    call.world,
    call.repository,
    issue,
    issue.labels.filter((one) => one !== label),
    call.bot,
  );
  return labelsReply(call, issue.labels);
}

function listComments(call: RepositoryCall): Reply {
  const issue = issueByNumber(call);
  const since = Date.parse(call.query.get("since") ?? "1970-01-01T00:00:00Z");
  const comments = issue.comments.filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
  return paged(call, comments, (comment) => commentShape(call.world, call.repository, issue, comment));
}

const commentReply = (call: RepositoryCall, issue: Issue, comment: Comment, status = 200): Reply =>
  ok(commentShape(call.world, call.repository, issue, comment), status);

export const issueRoutes: Routes = {
  "issues/create": inRepository("issues", "write", create),
  "issues/update": inRepository(either, "write", update),
  "issues/get": inRepository(either, "read", (call) =>
    ok(oneIssueShape(call.world, call.repository, issueByNumber(call))),
  ),
  "issues/list-for-repo": inRepository(either, "read", list),
  "issues/create-comment": inRepository(either, "write", (call) => {
    const issue = issueByNumber(call);
    const comment = addComment(call.world, call.repository, issue, call.bot, stringIn(call.body, "body") ?? "");
    return commentReply(call, issue, comment, 201);
  }),
  "issues/update-comment": inRepository(either, "write", (call) => {
    const { issue, comment } = commentById(call);
    editComment(call.world, call.repository, issue, comment, stringIn(call.body, "body") ?? "", call.bot);
    return commentReply(call, issue, comment);
  }),
  "issues/delete-comment": inRepository(either, "write", (call) => {
    const { issue, comment } = commentById(call);
    deleteComment(call.world, call.repository, issue, comment, call.bot);
    return { status: 204 };
  }),
  "issues/get-comment": inRepository(either, "read", (call) => {
    const { issue, comment } = commentById(call);
    return commentReply(call, issue, comment);
  }),
  "issues/list-comments": inRepository(either, "read", listComments),
  "issues/create-label": inRepository(either, "write", createLabel),
  "issues/get-label": inRepository(either, "read", (call) => {
    const label = call.repository.labels.get(call.params["name"]?.toLowerCase() ?? "");
    if (label === undefined) throw notFound();
    return ok(labelShape(call.world, call.repository, label));
  }),
  "issues/list-labels-for-repo": inRepository(either, "read", (call) =>
    labelsReply(call, [...call.repository.labels.values()]),
  ),
  "issues/list-labels-on-issue": inRepository(either, "read", (call) => labelsReply(call, issueByNumber(call).labels)),
  "issues/add-labels": inRepository(either, "write", addLabels),
  "issues/remove-label": inRepository(either, "write", removeLabel),
};
