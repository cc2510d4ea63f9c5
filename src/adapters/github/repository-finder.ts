import * as z from "zod";
import type { RepoRef } from "../../core/change/change.ts";
import type { FindRepository } from "../../flows/ports/find-repository.ts";
import type { GithubApp } from "./app.ts";
import type { GithubClient } from "./client.ts";
import { hasStatus } from "./errors.ts";
import { ownFacts } from "./facts/repository.ts";
import { repositoryReply, toRepoRef } from "./repository-reply.ts";

const reply = repositoryReply.extend({ archived: z.boolean() });

/** Finds a repository and the commit of its default branch. */
export function createRepositoryFinder({ clientFor }: Pick<GithubApp, "clientFor">): FindRepository {
  return async (known) => {
    const client = clientFor(known.installationId);
    const data = await present(client, known);
    if (data === null) return null;
    const now = reply.parse(data);
    if (now.id !== known.repoId) return null;
    const repo = toRepoRef(known.installationId, now);
    return { repo, archived: now.archived, head: await headOf(client, repo), facts: ownFacts(data) };
  };
}

async function present({ rest }: GithubClient, { owner, name }: RepoRef): Promise<object | null> {
  try {
    return (await rest.repos.get({ owner, repo: name })).data;
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

/** https://docs.github.com/en/rest/git/refs#get-a-reference */
async function headOf({ rest }: GithubClient, { owner, name, defaultBranch }: RepoRef): Promise<string | null> {
  try {
    const { data } = await rest.git.getRef({ owner, repo: name, ref: `heads/${defaultBranch}` });
    return z.object({ object: z.object({ sha: z.string() }) }).parse(data).object.sha;
  } catch (error) {
    // 409: the repository is empty.
    if (hasStatus(error, 404, 409)) return null;
    throw error;
  }
}
