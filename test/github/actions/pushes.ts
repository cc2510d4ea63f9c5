import { commitOf, refsUnder, type RefUpdate } from "../git/bare-repository.ts";
import { changedNames, readCommits, revList } from "../git/commits.ts";
import { gitMaybe, zeroSha } from "../git/git.ts";
import type { JsonObject } from "../json.ts";
import { pushedCommitShape } from "../shapes/commits.ts";
import { pushedRepositoryShape, repositoryPage } from "../shapes/repositories.ts";
import type { Account, Repository } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { timestamp } from "../clock.ts";
import type { World } from "../world.ts";
import { requestSuite } from "./checks.ts";
import { afterBranchMoved } from "./pulls.ts";

/** GitHub sends no event for any tag when more than this many are pushed at once. */
const maxTags = 3;
/** And for no branch when more than this many are. */
const maxBranches = 5000;
/** A push event lists at most this many commits. */
const maxCommits = 2048;

/** Tells everyone concerned that refs were moved: push events, check suites, pull requests. */
export async function afterPush(
  world: World,
  repository: Repository,
  updates: readonly RefUpdate[],
  sender: Account,
): Promise<void> {
  const branches = updates.filter(({ ref }) => ref.startsWith("refs/heads/"));
  const tags = updates.filter(({ ref }) => ref.startsWith("refs/tags/"));
  if (updates.length > 0) repository.pushedAt = timestamp();
  const told = [...(branches.length > maxBranches ? [] : branches), ...(tags.length > maxTags ? [] : tags)];
  for (const update of told) {
    const payload = await pushPayload(world, repository, update, sender);
    emit(world, repository, { event: "push", sender, fields: payload });
  }
  for (const update of branches) {
    if (update.after !== zeroSha) await requestChecks(world, repository, update, sender);
    await afterBranchMoved(world, repository, update, sender);
  }
}

async function requestChecks(world: World, repository: Repository, update: RefUpdate, sender: Account): Promise<void> {
  const branch = update.ref.slice("refs/heads/".length);
  await requestSuite(world, repository, { sha: update.after, branch, before: update.before }, sender);
}

type Pushed = {
  /** The commit the ref is at now; null if it is gone, or names no commit. */
  readonly head: string | null;
  /** Oldest first: what the ref gained; of a new ref, what no other branch had. */
  readonly shas: readonly string[];
  /** Those of them that no other branch had. */
  readonly distinct: ReadonlySet<string>;
  readonly forced: boolean;
  /** The branch that a new ref was made from, if it is still where that was. */
  readonly baseRef: string | null;
};

async function readPush({ directory }: Repository, { ref, before, after }: RefUpdate): Promise<Pushed> {
  const isNew = before === zeroSha;
  const [head, branches] = await Promise.all([commitOf(directory, after), refsUnder(directory, "refs/heads/")]);
  if (head === null) return { head, shas: [], distinct: new Set(), forced: false, baseRef: null };
  const others = branches.filter((branch) => branch.ref !== ref);
  const known = isNew ? [] : [before];
  const [unknown, gained, contained] = await Promise.all([
    revList(directory, head, [...known, ...others.map(({ sha }) => sha)], ["--topo-order"]),
    isNew ? null : revList(directory, head, known, ["--topo-order"]),
    isNew ? "" : gitMaybe(directory, ["merge-base", "--is-ancestor", before, after]),
  ]);
  return {
    head,
    shas: (gained ?? unknown).slice(0, maxCommits).toReversed(),
    distinct: new Set(unknown),
    forced: contained === null,
    baseRef: (isNew && others.find(({ sha }) => sha === head)?.ref) || null,
  };
}

async function pushPayload(world: World, repository: Repository, update: RefUpdate, by: Account): Promise<JsonObject> {
  const { ref, before, after } = update;
  const { head, shas, distinct, forced, baseRef } = await readPush(repository, update);
  const wanted = head === null || shas.includes(head) ? shas : [...shas, head];
  const [commits, names] = await Promise.all([
    readCommits(repository.directory, wanted),
    changedNames(repository.directory, wanted),
  ]);
  const shapes = new Map(
    commits.map((commit) => {
      const files = names.get(commit.sha) ?? { added: [], removed: [], modified: [] };
      return [commit.sha, pushedCommitShape(world, repository, commit, files, distinct.has(commit.sha))];
    }),
  );
  const short = ref.replace(/^refs\/(heads|tags)\//, "");
  const range = before === zeroSha ? short : `${before.slice(0, 12)}...${after.slice(0, 12)}`;
  return {
    ref,
    before,
    after,
    repository: pushedRepositoryShape(world, repository),
    pusher: { name: by.login, email: `${by.login}@users.noreply.example.org` },
    created: before === zeroSha,
    deleted: after === zeroSha,
    forced,
    base_ref: baseRef,
    compare: `${repositoryPage(world, repository)}/compare/${range}`,
    commits: shas.flatMap((sha) => shapes.get(sha) ?? []),
    head_commit: (head === null ? undefined : shapes.get(head)) ?? null,
  };
}
