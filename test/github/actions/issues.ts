import type { JsonObject } from "../json.ts";
import { issueShape, labelShape } from "../shapes/issues.ts";
import type { Account, Issue, Label, Repository } from "../state.ts";
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

/** Tells of an issue. What happens to a pull request is told by events of its own. */
function emitIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  about: { readonly action: string; readonly sender: Account; readonly fields?: JsonObject },
): void {
  if (issue.pull !== null) return;
  const fields = { issue: issueShape(world, repository, issue), ...about.fields };
  emit(world, repository, { event: "issues", action: about.action, sender: about.sender, fields });
}

const emitLabel = (
  world: World,
  repository: Repository,
  issue: Issue,
  { action, sender, label }: { readonly action: string; readonly sender: Account; readonly label: Label },
): void =>
  emitIssue(world, repository, issue, { action, sender, fields: { label: labelShape(world, repository, label) } });

/** Opens an issue. */
export function openIssue(world: World, repository: Repository, wanted: Omit<NewIssue, "pull">): Issue {
  const issue = addIssue(world, repository, { ...wanted, pull: null });
  emitIssue(world, repository, issue, { action: "opened", sender: wanted.author });
  for (const label of issue.labels)
    emitLabel(world, repository, issue, { action: "labeled", sender: wanted.author, label });
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
  if (Object.keys(changes).length > 0)
    emitIssue(world, repository, issue, { action: "edited", sender: by, fields: { changes } });
  if (change.labels !== undefined) setLabels(world, repository, issue, change.labels, by);
  if (change.state !== undefined && change.state !== issue.state) setState(world, repository, issue, change, by);
}

function setState(world: World, repository: Repository, issue: Issue, change: IssueChange, by: Account): void {
  const closes = change.state === "closed";
  issue.state = closes ? "closed" : "open";
  issue.stateReason = change.stateReason ?? (closes ? "completed" : "reopened");
  issue.closedAt = closes ? timestamp() : null;
  issue.closedBy = closes ? by : null;
  emitIssue(world, repository, issue, { action: closes ? "closed" : "reopened", sender: by });
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
    emitLabel(world, repository, issue, { action, sender: by, label });
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
