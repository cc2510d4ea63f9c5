/** How GitHub writes pull requests. */
import type { JsonObject } from "../json.ts";
import type { Issue, Pull, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { nodeId, userShape } from "./accounts.ts";
import { associationOf, issuePage, labelShape } from "./issues.ts";
import { repositoryShape, repositoryUrl } from "./repositories.ts";

/** An issue that is a pull request. */
export type PullIssue = Issue & { readonly pull: Pull };

export const isPull = (issue: Issue): issue is PullIssue => issue.pull !== null;

/** `pull-request-simple`: as pull requests are listed. */
export function simplePullShape(world: World, repository: Repository, issue: PullIssue): JsonObject {
  const { pull } = issue;
  const api = repositoryUrl(world, repository);
  const url = `${api}/pulls/${issue.number}`;
  const page = issuePage(world, repository, issue);
  const links = linksOf(api, url, page, issue);
  const assignees = issue.assignees.map((account) => userShape(world, account));
  return {
    url,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: links.issue,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: userShape(world, issue.author),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: issue.labels.map((label) => labelShape(world, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: sideShape(world, pull.headRepository, pull.headLabel, pull.headRef, pull.headSha),
    base: sideShape(world, repository, `${repository.owner.login}:${pull.baseRef}`, pull.baseRef, pull.baseSha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: associationOf(repository, issue.author),
    auto_merge: null,
    active_lock_reason: null,
  };
}

function linksOf(api: string, url: string, page: string, issue: PullIssue) {
  return {
    self: url,
    html: page,
    issue: `${api}/issues/${issue.number}`,
    comments: `${api}/issues/${issue.number}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${issue.pull.headSha}`,
  };
}

function sideShape(world: World, repository: Repository | null, label: string, ref: string, sha: string): JsonObject {
  return {
    label,
    ref,
    sha,
    user: repository === null ? null : userShape(world, repository.owner),
    repo: repository === null ? null : repositoryShape(world, repository),
  };
}

export type PullCounts = {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
};

/** `pull-request`: as one is asked for by number, and as webhooks carry it. */
export const pullShape = (world: World, repository: Repository, issue: PullIssue, counts: PullCounts): JsonObject => ({
  ...simplePullShape(world, repository, issue),
  merged: issue.pull.mergedAt !== null,
  mergeable: null,
  rebaseable: null,
  mergeable_state: "unknown",
  merged_by: issue.pull.mergedBy === null ? null : userShape(world, issue.pull.mergedBy),
  comments: issue.comments.length,
  review_comments: 0,
  maintainer_can_modify: false,
  commits: counts.commits,
  additions: counts.additions,
  deletions: counts.deletions,
  changed_files: counts.changedFiles,
});

/** `pull-request-minimal`: the pull requests of a check run. */
export function minimalPullShape(world: World, repository: Repository, issue: PullIssue): JsonObject {
  const side = (of: Repository, ref: string, sha: string): JsonObject => ({
    ref,
    sha,
    repo: { id: of.id, url: repositoryUrl(world, of), name: of.name },
  });
  const { pull } = issue;
  return {
    url: `${repositoryUrl(world, repository)}/pulls/${issue.number}`,
    id: pull.id,
    number: issue.number,
    head: side(pull.headRepository ?? repository, pull.headRef, pull.headSha),
    base: side(repository, pull.baseRef, pull.baseSha),
  };
}
