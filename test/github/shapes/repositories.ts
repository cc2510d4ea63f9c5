/** How GitHub writes repositories. */
import type { JsonObject } from "../json.ts";
import type { Repository } from "../state.ts";
import { fullName, type World } from "../world.ts";
import { nodeId, userShape } from "./accounts.ts";

export const repositoryUrl = (world: World, repository: Repository): string =>
  `${world.apiUrl}/repos/${fullName(repository)}`;
export const repositoryPage = (world: World, repository: Repository): string => `${world.url}/${fullName(repository)}`;

const suffixes: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** What `repository`, `minimal-repository` and the webhooks' repository have in common. */
export function repositoryShape(world: World, repository: Repository): JsonObject {
  const url = repositoryUrl(world, repository);
  const page = repositoryPage(world, repository);
  const open = repository.issues.values().filter((issue) => issue.state === "open");
  const openIssues = [...open].length;
  const forks = [...world.repositories.values()].filter(({ parent }) => parent === repository).length;
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.visibility !== "public",
    owner: userShape(world, repository.owner),
    html_url: page,
    description: null,
    fork: repository.parent !== null,
    url,
    ...Object.fromEntries(Object.entries(suffixes).map(([name, suffix]) => [name, `${url}${suffix}`])),
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    git_url: page.replace(/^http/, "git").concat(".git"),
    ssh_url: `git@${new URL(world.url).host}:${fullName(repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.hasIssues,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [...repository.topics],
    visibility: repository.visibility,
    forks,
    open_issues: openIssues,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

/** `full-repository`: the repository asked for by name or id. */
export const fullRepositoryShape = (world: World, repository: Repository): JsonObject => ({
  ...repositoryShape(world, repository),
  ...(repository.owner.type === "Organization" ? { organization: userShape(world, repository.owner) } : {}),
  ...(repository.parent === null
    ? {}
    : { parent: repositoryShape(world, repository.parent), source: repositoryShape(world, repository.parent) }),
  permissions: { admin: false, maintain: false, push: false, triage: false, pull: false },
  custom_properties: {},
  network_count: 0,
  subscribers_count: 0,
});

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** The repository of a `push` payload: an older shape, with times as numbers and the owner's name beside its login. */
export function pushedRepositoryShape(world: World, repository: Repository): JsonObject {
  const shape = repositoryShape(world, repository);
  const owner = userShape(world, repository.owner);
  return {
    ...shape,
    owner: { ...owner, name: repository.owner.login, email: null },
    url: repositoryPage(world, repository),
    created_at: seconds(repository.createdAt),
    pushed_at: seconds(repository.pushedAt),
    stargazers: 0,
    master_branch: repository.defaultBranch,
    ...(repository.owner.type === "Organization" ? { organization: repository.owner.login } : {}),
    custom_properties: {},
  };
}

/** How installation events list repositories. */
export const namedRepositoryShape = (repository: Repository): JsonObject => ({
  id: repository.id,
  node_id: nodeId("R", repository.id),
  name: repository.name,
  full_name: fullName(repository),
  private: repository.visibility !== "public",
});
