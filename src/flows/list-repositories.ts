import type { Installations } from "./ports/installations.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { KeptAnswers } from "./ports/kept-answers.ts";
import type { PostureStore } from "./ports/posture-store.ts";
import type { Clock, Logger } from "./ports/system.ts";

export type ListRepositoriesPorts = {
  readonly installations: Installations;
  readonly postures: PostureStore;
  readonly keptAnswers: KeptAnswers;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Logger;
};

const day = 24 * 60 * 60_000;
/** Every night an answer is asked for again: one that was not for so long is of something that is gone. That it was is noted roughly. */
const answersHoldDays = 12;

/**
 * A list may have been made before what was planned a moment ago, and GitHub's own may be so far behind: what was planned in that time
 * is left to the next list.
 */
const listsLagSeconds = 60;

/** Sees to it that every account the app is installed on is watched, and no other. Safe to repeat. */
export async function listInstallations(ports: ListRepositoriesPorts): Promise<void> {
  const { installations, postures, keptAnswers, queue, clock } = ports;
  const since = new Date(Date.parse(clock()) - listsLagSeconds * 1000).toISOString();
  const all = await installations.all();
  await postures.keepOnlyInstallations(
    all.map(({ installationId }) => installationId),
    since,
  );
  for (const { installationId } of all)
    await queue.enqueue(
      { name: "list-repositories", data: { installationId, permissions: false } },
      String(installationId),
    );
  await keptAnswers.dropUnused(new Date(Date.parse(clock()) - answersHoldDays * day).toISOString());
}

/**
 * The first look at a new repository is within so many seconds, by its id, so that a new organization is not asked for all at once; a
 * large one has longer, as a look takes several requests, of which GitHub allows 12,500 an hour at most.
 */
const firstLooksSeconds = (repositories: number): number => Math.max(3600, repositories * 6);

/** Sees to it that every repository of an installation is looked at, and the organization after them. Safe to repeat. */
export async function listRepositories(
  { installationId, permissions }: { readonly installationId: number; readonly permissions: boolean },
  { installations, postures, keptAnswers, clock, log }: ListRepositoriesPorts,
): Promise<void> {
  if (permissions) await keptAnswers.forget(installationId, "/");
  const now = Date.parse(clock());
  const inSeconds = (seconds: number): string => new Date(now + seconds * 1000).toISOString();
  const repositories = await installations.repositoriesOf(installationId);
  const within = firstLooksSeconds(repositories.length);
  await postures.keepOnly(
    installationId,
    repositories.map(({ repoId }) => repoId),
    inSeconds(-listsLagSeconds),
  );
  for (const repo of repositories) {
    // One that is known has its time already; its name may be new.
    const isNew = permissions || (await postures.byId(repo.repoId)) === null;
    await postures.plan(repo, inSeconds(isNew ? repo.repoId % within : day / 1000));
  }
  const [any] = repositories;
  if (any && (permissions || (await postures.organization(installationId)) === null))
    await postures.planOrganization(any, inSeconds(within * 1.2));
  log.info("repositories listed", { installation: installationId, repositories: repositories.length });
}
