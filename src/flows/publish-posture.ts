import type { PostureBoard } from "./ports/posture-board.ts";
import { weekOf } from "../core/posture/night.ts";
import type { InstallationRef, PostureRef } from "./ports/posture-jobs.ts";
import type { PostureStore } from "./ports/posture-store.ts";
import type { Clock, Logger } from "./ports/system.ts";

export type PublishPosturePorts = {
  readonly postures: PostureStore;
  readonly board: PostureBoard;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Shows how a repository stands: a check run on its default branch, and its living issue. Safe to repeat. */
export async function publishPosture({ repoId }: PostureRef, ports: PublishPosturePorts): Promise<void> {
  const { postures, board, clock, log } = ports;
  const stored = await postures.byId(repoId);
  if (!stored?.posture) {
    log.info("a posture to be shown is not known (any more)", { repo: repoId });
    return;
  }
  const { posture, filing } = stored;
  if (posture.archived) return;
  await board.showCheck(posture);
  const issue = await board.bringIssue(posture, filing, clock());
  if (issue.kind === "unavailable") {
    log.warn("a posture can have no issue in its repository", { repo: repoId, reason: issue.reason });
    return;
  }
  if (issue.kind === "filed") await postures.noteFiling(repoId, issue.filing);
}

/** Shows how all repositories of an organization stand, and what changed since last week, in one issue. Safe to repeat. */
export async function publishSummary({ installationId }: InstallationRef, ports: PublishPosturePorts): Promise<void> {
  const { postures, board, clock, log } = ports;
  const stored = await postures.organization(installationId);
  if (!stored?.posture) return;
  const now = clock();
  const repositories = await postures.ofInstallation(installationId, weekOf(now));
  if (repositories.length === 0) return;
  const issue = await board.bringSummary({ organization: stored.posture, repositories }, stored.filing, now);
  if (issue.kind === "filed") await postures.noteSummary(installationId, issue.filing);
  else
    log.warn("the summary of an organization can be shown nowhere: name a private repository in posture.summary", {
      installation: installationId,
    });
}
