import type { RepoRef } from "../core/change/change.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { InstallationRef } from "./ports/posture-jobs.ts";
import type { KeptAnswers } from "./ports/kept-answers.ts";
import type { PostureStore } from "./ports/posture-store.ts";
import type { Clock } from "./ports/system.ts";

export type PlanPosturePorts = {
  readonly postures: PostureStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly keptAnswers: KeptAnswers;
  /** How long a repository is left alone after something happened to it, so that all that happens meanwhile is looked at once. */
  readonly settleSeconds: number;
};

/** Has a repository looked at once it has been left alone for a while. Safe to repeat: the first of several events sets the time. */
export async function planPosture(repo: RepoRef, ports: PlanPosturePorts): Promise<void> {
  const { postures, keptAnswers, clock, settleSeconds } = ports;
  // What GitHub refused may be otherwise now.
  await keptAnswers.forget(repo.installationId, `/repos/${repo.owner}/${repo.name}/`);
  await postures.plan(repo, new Date(Date.parse(clock()) + settleSeconds * 1000).toISOString());
}

/** One repository after the other, when all of an organization are to be looked at. */
export const secondsBetween = 2;

/**
 * Has every repository of an installation looked at, spread out, for something that may hold for all of them. Safe to repeat: one that has an earlier time keeps it.
 */
export async function planAllPostures({ installationId }: InstallationRef, ports: PlanPosturePorts): Promise<void> {
  const { postures, clock, settleSeconds } = ports;
  const soon = new Date(Date.parse(clock()) + settleSeconds * 1000).toISOString();
  await postures.planAll(installationId, soon, secondsBetween);
}

const batch = 200;

/** Has those looked at whose time has come. One that waits already is not queued twice. */
export async function tickPosture({ postures, queue, clock }: PlanPosturePorts): Promise<void> {
  for (const repo of await postures.due(clock(), batch))
    await queue.enqueue({ name: "look-at-repository", data: { repo } }, String(repo.repoId));
  for (const organization of await postures.dueOrganizations(clock(), batch))
    await queue.enqueue({ name: "look-at-organization", data: organization }, String(organization.installationId));
}
