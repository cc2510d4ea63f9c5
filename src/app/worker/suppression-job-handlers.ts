import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import type { RunCheckAction } from "../../flows/ports/check-actions.ts";
import type { SettleSuppression, SyncSuppressions } from "../../flows/ports/suppression-jobs.ts";
import { runCheckAction, type CheckActionPorts } from "../../flows/run-check-action.ts";
import { settleSuppression, type SettlePorts } from "../../flows/settle-suppression.ts";
import type { SyncPullComment } from "../../flows/ports/pull-requests.ts";
import { syncPullComment, type PullCommentPorts } from "../../flows/sync-pull-comment.ts";
import { syncSuppressions, type SyncPorts } from "../../flows/sync-suppressions.ts";

export type SuppressionPorts = SettlePorts & CheckActionPorts & SyncPorts & PullCommentPorts;

type AboutSuppressions = SettleSuppression | RunCheckAction | SyncSuppressions | SyncPullComment;

type Work = (job: AboutSuppressions["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about secrets that need not block. `unlessGone` ends a job whose repository is gone. */
export function suppressionJobHandlers(ports: SuppressionPorts, unlessGone: Work): JobHandlers<AboutSuppressions> {
  return {
    "settle-suppression": (ref) => settleSuppression(ref, ports),
    "sync-suppressions": ({ repo }, { signal }) =>
      unlessGone("sync-suppressions", () => syncSuppressions(repo, ports, signal)),
    "sync-pull-comment": (data) => unlessGone("sync-pull-comment", () => syncPullComment(data, ports)),
    "run-check-action": (data) => unlessGone("run-check-action", () => runCheckAction(data, ports)),
  };
}
