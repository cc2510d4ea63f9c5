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

/** The commits of a push, oldest first: those that the ref gained; of a new ref, those that no other branch had. */
async function pushedCommits(
  repository: Repository,
  update: RefUpdate,
): Promise<{ shas: string[]; distinct: ReadonlySet<string> }> {
  const { directory } = repository;
  const head = await commitOf(directory, update.after);
  if (head === null) return { shas: [], distinct: new Set() };
  const others = (await refsUnder(directory, "refs/heads/"))
    .filter(({ ref }) => ref !== update.ref)
    .map(({ sha }) => sha);
  const before = update.before === zeroSha ? [] : [update.before];
  const distinct = new Set(await revList(directory, head, [...before, ...others]));
  const shas = update.before === zeroSha ? [...distinct] : await revList(directory, head, before, ["--topo-order"]);
  return { shas: shas.slice(0, maxCommits).toReversed(), distinct };
}

async function pushPayload(
  world: World,
  repository: Repository,
  update: RefUpdate,
  sender: Account,
): Promise<JsonObject> {
  const { ref, before, after } = update;
  const { shas, distinct } = await pushedCommits(repository, update);
  const head = await commitOf(repository.directory, after);
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
  const page = repositoryPage(world, repository);
  const range =
    before === zeroSha ? ref.replace(/^refs\/(heads|tags)\//, "") : `${before.slice(0, 12)}...${after.slice(0, 12)}`;
  return {
    ref,
    before,
    after,
    repository: pushedRepositoryShape(world, repository),
    pusher: { name: sender.login, email: `${sender.login}@users.noreply.example.org` },
    created: before === zeroSha,
    deleted: after === zeroSha,
    forced: await wasForced(repository, update),
    base_ref: null,
    compare: `${page}/compare/${range}`,
    commits: shas.flatMap((sha) => shapes.get(sha) ?? []),
    head_commit: (head === null ? undefined : shapes.get(head)) ?? null,
  };
}

async function wasForced(repository: Repository, { before, after }: RefUpdate): Promise<boolean> {
  if (before === zeroSha || after === zeroSha) return false;
  return (await gitMaybe(repository.directory, ["merge-base", "--is-ancestor", before, after])) === null;
}
