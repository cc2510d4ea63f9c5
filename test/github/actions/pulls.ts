import { commitOf, type RefUpdate } from "../git/bare-repository.ts";
import { git, gitMaybe, gitText } from "../git/git.ts";
import type { JsonObject } from "../json.ts";
import { isPull, pullShape, type PullIssue } from "../shapes/pulls.ts";
import type { Account, Pull, Repository } from "../state.ts";
import { timestamp } from "../clock.ts";
import type { World } from "../world.ts";
import { emit } from "../webhooks/emit.ts";
import { addIssue, changeIssue, type IssueChange } from "./issues.ts";
import { countsOf } from "./pull-contents.ts";

export type NewPull = {
  readonly head: { readonly repository: Repository; readonly branch: string };
  readonly base: string;
  readonly title: string;
  readonly body: string | null;
  readonly author: Account;
  readonly draft: boolean;
};

async function emitPull(
  world: World,
  repository: Repository,
  issue: PullIssue,
  about: { readonly action: string; readonly sender: Account; readonly fields?: JsonObject },
): Promise<void> {
  const pull_request = pullShape(world, repository, issue, await countsOf(repository, issue.pull));
  const fields = { number: issue.number, pull_request, ...about.fields };
  emit(world, repository, { event: "pull_request", action: about.action, sender: about.sender, fields });
}

/** Points `refs/pull/N/head` at the head, fetching it from the fork if it is in one. */
async function placeHead(repository: Repository, number: number, from: Repository, sha: string): Promise<void> {
  const ref = `refs/pull/${number}/head`;
  if (from === repository) await git(repository.directory, ["update-ref", ref, sha]);
  else await git(repository.directory, ["fetch", "--quiet", "--no-tags", from.directory, `+${sha}:${ref}`]);
}

/** Opens a pull request. Throws if a branch is missing or there is nothing to merge. */
export async function openPull(world: World, repository: Repository, wanted: NewPull): Promise<PullIssue> {
  const { head, base } = wanted;
  const headSha = await commitOf(head.repository.directory, `refs/heads/${head.branch}`);
  const baseSha = await commitOf(repository.directory, `refs/heads/${base}`);
  if (headSha === null) throw new Error(`No branch ${head.branch} in ${head.repository.name}: push it first`);
  if (baseSha === null) throw new Error(`No branch ${base} in ${repository.name}: push it first`);
  if (headSha === baseSha) throw new Error(`No commits between ${base} and ${head.branch}`);
  const pull: Pull = {
    id: world.nextId(),
    headRepository: head.repository,
    headLabel: `${head.repository.owner.login}:${head.branch}`,
    headRef: head.branch,
    headSha,
    baseRef: base,
    baseSha,
    draft: wanted.draft,
    mergedAt: null,
    mergedBy: null,
    mergeSha: null,
    reviews: [],
    reviewComments: [],
  };
  const issue = addIssue(world, repository, { ...wanted, labels: [], assignees: [], pull });
  if (!isPull(issue)) throw new Error("A pull request is an issue with a pull part");
  await placeHead(repository, issue.number, head.repository, headSha);
  await emitPull(world, repository, issue, { action: "opened", sender: wanted.author });
  return issue;
}

/** Closes or reopens. */
async function setState(
  world: World,
  repository: Repository,
  issue: PullIssue,
  state: "open" | "closed",
  sender: Account,
): Promise<void> {
  issue.state = state;
  issue.updatedAt = timestamp();
  issue.closedAt = state === "closed" ? issue.updatedAt : null;
  issue.closedBy = state === "closed" ? sender : null;
  await emitPull(world, repository, issue, { action: state === "closed" ? "closed" : "reopened", sender });
}

/** Changes a pull request: what it says, then whether it is open. */
export async function changePull(
  world: World,
  repository: Repository,
  issue: PullIssue,
  change: IssueChange,
  by: Account,
): Promise<void> {
  const { title, body } = issue;
  const { state, ...words } = change;
  changeIssue(world, repository, issue, words, by);
  const changes = {
    ...(issue.title === title ? {} : { title: { from: title } }),
    ...(issue.body === body ? {} : { body: { from: body ?? "" } }),
  };
  if (Object.keys(changes).length > 0)
    await emitPull(world, repository, issue, { action: "edited", sender: by, fields: { changes } });
  if (state !== undefined && state !== issue.state) await setState(world, repository, issue, state, by);
}

/** Makes the merge commit and gives the move of the base branch, which the caller then reports as a push. Throws on a conflict. */
export async function mergeCommit(repository: Repository, issue: PullIssue, by: Account): Promise<RefUpdate> {
  const { ref, base, merged } = await makeMerge(repository, issue, by);
  await git(repository.directory, ["update-ref", ref, merged, base]);
  return { ref, before: base, after: merged };
}

/** The commit that would merge a pull request now, without its being merged. */
export async function makeMerge(
  repository: Repository,
  issue: PullIssue,
  by: Account,
): Promise<{ readonly ref: string; readonly base: string; readonly merged: string }> {
  const { pull } = issue;
  const ref = `refs/heads/${pull.baseRef}`;
  const base = await commitOf(repository.directory, ref);
  if (base === null) throw new Error(`The base branch ${pull.baseRef} is gone`);
  const tree =
    (await gitText(repository.directory, ["merge-tree", "--write-tree", base, pull.headSha])).split("\n")[0] ?? "";
  const message = `Merge pull request #${issue.number} from ${pull.headLabel.replace(":", "/")}\n\n${issue.title}`;
  const who = { name: by.login, email: `${by.login}@users.noreply.example.org` };
  const env = {
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  };
  const args = ["commit-tree", tree, "-p", base, "-p", pull.headSha, "-m", message];
  return { ref, base, merged: await gitText(repository.directory, args, { env }) };
}

/** What a branch's move means for pull requests: their head moves, their head is gone, or they are merged. */
export async function afterBranchMoved(
  world: World,
  moved: Repository,
  update: RefUpdate,
  sender: Account,
): Promise<void> {
  const branch = update.ref.replace(/^refs\/heads\//, "");
  const gone = /^0+$/.test(update.after);
  for (const repository of world.repositories.values())
    for (const issue of [...repository.issues.values()].filter(isPull)) {
      if (issue.state !== "open") continue;
      const isHead = issue.pull.headRepository === moved && issue.pull.headRef === branch;
      const isBase = repository === moved && issue.pull.baseRef === branch;
      if (isHead && gone) await setState(world, repository, issue, "closed", sender);
      else if (isHead) await moveHead(world, repository, issue, update, sender);
      else if (isBase && !gone) await moveBase(world, repository, issue, update.after, sender);
    }
}

async function moveHead(
  world: World,
  repository: Repository,
  issue: PullIssue,
  update: RefUpdate,
  sender: Account,
): Promise<void> {
  const { before, after } = update;
  await placeHead(repository, issue.number, issue.pull.headRepository ?? repository, after);
  issue.pull.headSha = after;
  issue.updatedAt = timestamp();
  await emitPull(world, repository, issue, { action: "synchronize", sender, fields: { before, after } });
}

/** A base branch that contains the head has merged it. */
async function moveBase(
  world: World,
  repository: Repository,
  issue: PullIssue,
  after: string,
  sender: Account,
): Promise<void> {
  const contained = await gitMaybe(repository.directory, ["merge-base", "--is-ancestor", issue.pull.headSha, after]);
  if (contained === null) return;
  Object.assign(issue.pull, { mergedAt: timestamp(), mergedBy: sender, mergeSha: after });
  await setState(world, repository, issue, "closed", sender);
}
