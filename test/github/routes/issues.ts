import { changeIssue, openIssue, type IssueChange } from "../actions/issues.ts";
import { changePull } from "../actions/pulls.ts";
import { stringIn, stringsIn, textOf } from "../json.ts";
import { invalid, Refusal, type Reply } from "../refusal.ts";
import { issueShape, oneIssueShape } from "../shapes/issues.ts";
import { isPull } from "../shapes/pulls.ts";
import type { Account, Issue } from "../state.ts";
import { accountByLogin } from "../world.ts";
import { issueByNumber, issuesOrPulls } from "./issue-calls.ts";
import { labelsIn } from "./labels.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

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

async function update(call: RepositoryCall): Promise<Reply> {
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
  if (isPull(issue)) await changePull(world, repository, issue, change, bot);
  else changeIssue(world, repository, issue, change, bot);
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

export const issueRoutes: Routes = {
  "issues/create": inRepository("issues", "write", create),
  "issues/update": inRepository(issuesOrPulls, "write", update),
  "issues/get": inRepository(issuesOrPulls, "read", (call) =>
    ok(oneIssueShape(call.world, call.repository, issueByNumber(call))),
  ),
  "issues/list-for-repo": inRepository(issuesOrPulls, "read", list),
};
