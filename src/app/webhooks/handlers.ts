import type { Probot } from "probot";
import { visibilityIn } from "./visibility-in.ts";
import type { Visibilities } from "../../flows/ports/visibilities.ts";
import type { JobQueue } from "../../flows/ports/jobs.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { WebhookHandler } from "./handler.ts";
import { onCheckAction } from "./on-check-action.ts";
import { onInstallation, onInstallationGone, onRepositoriesRemoved } from "./on-installation.ts";
import { onIssueChange } from "./on-issue-change.ts";
import { onIssueComment } from "./on-issue-comment.ts";
import { onIssueEdit } from "./on-issue-edit.ts";
import { onMergeGroup } from "./on-merge-group.ts";
import { onPullRequest } from "./on-pull-request.ts";
import { onPush } from "./on-push.ts";
import { onFilesChange, onInstallationChange, onPostureRerun, onSettingsChange } from "./on-posture-change.ts";
import { onRepository } from "./on-repository.ts";
import { onRerequest } from "./on-rerequest.ts";
import { settingAuthors } from "./on-setting-author.ts";
import { textHandlers } from "./on-text.ts";

/** Everything Keyward listens to. A test asks for each event in app.yml. */
export const handlers: readonly WebhookHandler[] = [
  onPush,
  onPullRequest,
  onMergeGroup,
  onRerequest,
  onCheckAction,
  onIssueComment,
  onIssueChange,
  onIssueEdit,
  onInstallation,
  onInstallationGone,
  onRepositoriesRemoved,
  onRepository,
  ...textHandlers,
  onSettingsChange,
  onFilesChange,
  onPostureRerun,
  ...settingAuthors,
  onInstallationChange,
];

export type HandlerPorts = {
  readonly queue: JobQueue;
  readonly visibilities: Pick<Visibilities, "note">;
  readonly log: Logger;
};

/**
 * Registers the handlers on Probot. Every payload also says who can read its repository, which is noted. A handler only queues: it is
 * done in milliseconds, and what it queued survives a crash.
 */
export function registerHandlers(app: Probot, { queue, visibilities, log }: HandlerPorts): void {
  for (const { events, ask } of handlers) {
    app.on([...events], async ({ id, name, payload }) => {
      const seen = visibilityIn(payload);
      if (seen !== null) await visibilities.note(seen.repoId, seen.visibility, seen.at);
      const asked = ask(payload);
      if (asked.kind === "ignored") {
        log.info("delivery ignored", { delivery: id, event: name, reason: asked.reason });
        return;
      }
      for (const { job, key } of asked.jobs) {
        const outcome = await queue.enqueue(job, key);
        log.info("work queued", { delivery: id, event: name, job: job.name, outcome });
      }
    });
  }
}
