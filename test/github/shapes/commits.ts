/** How GitHub writes commits, files and comparisons. */
import type { FileChange } from "../git/diffs.ts";
import type { FileNames, GitCommit, Person } from "../git/commits.ts";
import type { Json, JsonObject } from "../json.ts";
import { escapedPath } from "../percent-encoding.ts";
import type { Repository } from "../state.ts";
import { timestamp } from "../clock.ts";
import { accountByLogin, type World } from "../world.ts";
import { nodeId, userShape } from "./accounts.ts";
import { repositoryPage, repositoryUrl } from "./repositories.ts";

const inUtc = (person: Person): JsonObject => ({ ...person, date: timestamp(Date.parse(person.date)) });
const unsigned: JsonObject = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };

/** The account behind a commit's e-mail address: ours are `login@…`. */
function accountOf(world: World, person: Person): Json {
  const account = accountByLogin(world, person.email.split("@")[0] ?? "");
  return account === undefined ? null : userShape(world, account);
}

const nodeIdOf = (prefix: string, repository: Repository, sha: string): string =>
  `${nodeId(prefix, repository.id)}${Buffer.from(sha).toString("base64url")}`;

/** `commit`. */
export function commitShape(world: World, repository: Repository, commit: GitCommit): JsonObject {
  const url = repositoryUrl(world, repository);
  const page = repositoryPage(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeIdOf("C", repository, commit.sha),
    commit: {
      author: inUtc(commit.author),
      committer: inUtc(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: accountOf(world, commit.author),
    committer: accountOf(world, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${page}/commit/${sha}` })),
  };
}

/** `git-commit`. */
export function gitCommitShape(world: World, repository: Repository, commit: GitCommit): JsonObject {
  const url = `${repositoryUrl(world, repository)}/git`;
  const page = repositoryPage(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeIdOf("C", repository, commit.sha),
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: inUtc(commit.author),
    committer: inUtc(commit.committer),
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${page}/commit/${sha}` })),
    verification: unsigned,
  };
}

/** `diff-entry`, as seen from the commit `sha`. */
export function fileShape(world: World, repository: Repository, sha: string, file: FileChange): JsonObject {
  const path = escapedPath(file.path);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repositoryPage(world, repository)}/blob/${sha}/${path}`,
    raw_url: `${repositoryPage(world, repository)}/raw/${sha}/${path}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** A commit in a `push` payload. `names` is null where GitHub lists no files. */
export function pushedCommitShape(
  world: World,
  repository: Repository,
  commit: GitCommit,
  names: FileNames,
  distinct: boolean,
): JsonObject {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: pushedPerson(world, commit.author),
    committer: pushedPerson(world, commit.committer),
    added: names.added,
    removed: names.removed,
    modified: names.modified,
  };
}

function pushedPerson(world: World, { name, email, date }: Person): JsonObject {
  const account = accountByLogin(world, email.split("@")[0] ?? "");
  return { name, email, date, ...(account === undefined ? {} : { username: account.login }) };
}

/** `simple-commit`: the head of a check suite. */
export const simpleCommitShape = (commit: GitCommit): JsonObject => ({
  id: commit.sha,
  tree_id: commit.tree,
  message: commit.message,
  timestamp: commit.committer.date,
  author: { name: commit.author.name, email: commit.author.email },
  committer: { name: commit.committer.name, email: commit.committer.email },
});
