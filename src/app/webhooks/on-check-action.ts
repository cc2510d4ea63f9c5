import * as z from "zod";
import { checkActions } from "../../flows/ports/check-actions.ts";
import { askAbout, ignored, objectName, repositoryPayload, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run */
const actionPayload = repositoryPayload.extend({
  check_run: z.object({ head_sha: objectName }),
  requested_action: z.object({ identifier: z.string() }).optional(),
  sender: z.object({ login: z.string() }),
});

/** A button on a check. GitHub shows it to whoever may write; what else they may do is looked up by the job. */
export const onCheckAction: WebhookHandler = {
  events: ["check_run.requested_action"],
  ask: askAbout("check_run", actionPayload, ({ check_run, requested_action, sender: { login } }, repo) => {
    const action = checkActions.find((one) => one === requested_action?.identifier);
    if (action === undefined) return ignored("the check has no such button");
    const data = { head: { repo, sha: check_run.head_sha }, action, login };
    const key = `${repo.repoId}:${check_run.head_sha}:${action}:${login}`;
    return { kind: "jobs", jobs: [{ job: { name: "run-check-action", data }, key }] };
  }),
};
