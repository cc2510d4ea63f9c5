import { readCommits } from "../git/commits.ts";
import { git, zeroSha } from "../git/git.ts";
import type { PullIssue } from "../shapes/pulls.ts";
import type { Account, Repository } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import type { World } from "../world.ts";
import { makeMerge } from "./pulls.ts";
import { afterPush } from "./pushes.ts";

/** Puts a pull request into the merge queue: its merge stands on a branch of the queue, and the app is asked about it. Gives that commit. */
export async function enterQueue(world: World, repository: Repository, issue: PullIssue, by: Account): Promise<string> {
  const { ref: base_ref, base: base_sha, merged: head_sha } = await makeMerge(repository, issue, by);
  const branch = base_ref.replace(/^refs\/heads\//, "");
  const head_ref = `refs/heads/gh-readonly-queue/${branch}/pr-${issue.number}-${base_sha}`;
  await git(repository.directory, ["update-ref", head_ref, head_sha]);
  await afterPush(world, repository, [{ ref: head_ref, before: zeroSha, after: head_sha }], by);
  const [commit] = await readCommits(repository.directory, [head_sha]);
  if (commit === undefined) throw new Error(`The merge ${head_sha} was not made`);
  const { name, email } = { name: by.login, email: `${by.login}@users.noreply.example.org` };
  const person = { name, email };
  const head_commit = {
    id: head_sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: issue.updatedAt,
    author: person,
    committer: person,
  };
  const merge_group = { head_sha, head_ref, base_sha, base_ref, head_commit };
  emit(world, repository, { event: "merge_group", action: "checks_requested", sender: by, fields: { merge_group } });
  return head_sha;
}
