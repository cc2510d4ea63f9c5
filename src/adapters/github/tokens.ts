import type { RepoRef } from "../../core/change/change.ts";
import type { GithubClient } from "./client.ts";
import { hasStatus, RepositoryUnavailable } from "./errors.ts";

/**
 * A token for `git fetch` of one repository: it can read that repository's contents and nothing else. Good for five minutes at
 * least; `fresh` asks for a newly made one, because the one at hand was refused. Throws `InstallationGone`, or
 * `RepositoryUnavailable` if the installation has no access to the repository (any more).
 */
export type InstallationToken = (
  repo: Pick<RepoRef, "installationId" | "repoId">,
  use?: { readonly fresh: boolean },
) => Promise<string>;

const margin = 5 * 60_000;

type Granted = { readonly token: string; readonly expiresAt: number };

/** Tokens are kept, in memory only, until five minutes before they expire; who asks at the same time shares one request. */
export function createInstallationTokens(clientFor: (installationId: number) => GithubClient): InstallationToken {
  const granted = new Map<string, Granted>();
  const asking = new Map<string, Promise<Granted>>();
  return async ({ installationId, repoId }, use) => {
    const key = `${installationId}:${repoId}`;
    if (use?.fresh === true) granted.delete(key);
    for (const [old, { expiresAt }] of granted) if (expiresAt - margin <= Date.now()) granted.delete(old);
    const known = granted.get(key);
    if (known) return known.token;
    const answer = asking.get(key) ?? ask(clientFor(installationId), repoId);
    asking.set(key, answer);
    try {
      const grant = await answer;
      granted.set(key, grant);
      return grant.token;
    } finally {
      asking.delete(key);
    }
  };
}

/** A token to push to one repository, made for one use; null: the app was not given the permission. */
export type WriteToken = (repo: Pick<RepoRef, "installationId" | "repoId">) => Promise<string | null>;

export function createWriteTokens(clientFor: (installationId: number) => GithubClient): WriteToken {
  return async ({ installationId, repoId }) => {
    try {
      return (await ask(clientFor(installationId), repoId, "write")).token;
    } catch (error) {
      // GitHub does not tell a missing permission from a missing repository; of that one, reading will say so.
      if (error instanceof RepositoryUnavailable) return null;
      throw error;
    }
  };
}

/** https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app */
async function ask(client: GithubClient, repoId: number, contents: "read" | "write" = "read"): Promise<Granted> {
  try {
    const { token, expiresAt } = (await client.auth({
      type: "installation",
      repositoryIds: [repoId],
      permissions: { contents },
      refresh: true,
    })) as { readonly token: string; readonly expiresAt: string };
    return { token, expiresAt: Date.parse(expiresAt) };
  } catch (error) {
    if (hasStatus(error, 422)) throw new RepositoryUnavailable("repository", "gone", { cause: error });
    throw error;
  }
}
