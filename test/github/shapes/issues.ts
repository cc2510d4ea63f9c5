/** How GitHub writes issues, labels and comments. */
import type { JsonObject } from "../json.ts";
import type { Account, Comment, Issue, Label, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { appShape, nodeId, userShape } from "./accounts.ts";
import { repositoryPage, repositoryUrl } from "./repositories.ts";

/** `label`. */
export const labelShape = (world: World, repository: Repository, label: Label): JsonObject => ({
  id: label.id,
  node_id: nodeId("LA", label.id),
  url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
});

/** What GitHub says of an author's standing. */
export const associationOf = (repository: Repository, account: Account): string =>
  account.id === repository.owner.id ? "OWNER" : repository.roles.has(account.id) ? "COLLABORATOR" : "NONE";

/** `reaction-rollup` of something that nobody has reacted to. */
export const reactions = (url: string): JsonObject => ({
  url: `${url}/reactions`,
  total_count: 0,
  "+1": 0,
  "-1": 0,
  laugh: 0,
  hooray: 0,
  confused: 0,
  heart: 0,
  rocket: 0,
  eyes: 0,
});

/** The page of an issue or pull request. */
export const issuePage = (world: World, repository: Repository, issue: Issue): string =>
  `${repositoryPage(world, repository)}/${issue.pull === null ? "issues" : "pull"}/${issue.number}`;

/** As the descriptions of the events about issues have it: without the field that they know of no assignee. */
function assigneeShape(world: World, account: Account): JsonObject {
  const { user_view_type: _, ...shape } = userShape(world, account);
  return shape;
}

/** `issue`; a pull request too, which GitHub lists among the issues. */
export function issueShape(world: World, repository: Repository, issue: Issue): JsonObject {
  const url = `${repositoryUrl(world, repository)}/issues/${issue.number}`;
  const page = issuePage(world, repository, issue);
  const assignees = issue.assignees.map((account) => assigneeShape(world, account));
  return {
    url,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: issue.id,
    node_id: nodeId(issue.pull === null ? "I" : "PR", issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(world, issue.author),
    labels: issue.labels.map((label) => labelShape(world, repository, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    active_lock_reason: null,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(repository, issue.author),
    body: issue.body,
    reactions: reactions(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.author.id === world.app.bot.id ? appShape(world) : null,
    ...(issue.pull === null ? {} : { draft: issue.pull.draft, pull_request: pullLinks(world, repository, issue) }),
  };
}

/** `issue`, asked for by number: it says who closed it as well. */
export const oneIssueShape = (world: World, repository: Repository, issue: Issue): JsonObject => ({
  ...issueShape(world, repository, issue),
  closed_by: issue.closedBy === null ? null : userShape(world, issue.closedBy),
});

function pullLinks(world: World, repository: Repository, issue: Issue): JsonObject {
  const page = issuePage(world, repository, issue);
  return {
    url: `${repositoryUrl(world, repository)}/pulls/${issue.number}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    merged_at: issue.pull?.mergedAt ?? null,
  };
}

/** `issue-comment`. */
export function commentShape(world: World, repository: Repository, issue: Issue, comment: Comment): JsonObject {
  const url = `${repositoryUrl(world, repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${issuePage(world, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(world, repository)}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: userShape(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(repository, comment.author),
    body: comment.body,
    reactions: reactions(url),
    performed_via_github_app: comment.author.id === world.app.bot.id ? appShape(world) : null,
  };
}
