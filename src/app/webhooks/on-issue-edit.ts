import * as z from "zod";
import { pressedButton } from "../../core/incident/issue-button.ts";
import { askAbout, ignored, repositoryPayload, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues */
const editPayload = repositoryPayload.extend({
  issue: z.object({ number: z.int().positive(), body: z.string().nullable(), updated_at: z.string() }),
  changes: z.object({ body: z.object({ from: z.string() }).optional() }),
  sender: z.object({ login: z.string() }),
});

/** Whoever ticks a button in the issue of an incident asks for what it says. */
export const onIssueEdit: WebhookHandler = {
  events: ["issues.edited"],
  ask: askAbout("issues", editPayload, ({ issue, changes, sender }, repo) => {
    const button = pressedButton(issue.body ?? "");
    if (button === null || changes.body === undefined) return ignored("no button of an incident was pressed");
    if (pressedButton(changes.body.from) === button) return ignored("the button was pressed before");
    const data = { repo, issueNumber: issue.number, button, login: sender.login, at: issue.updated_at };
    const key = `${repo.repoId}:${issue.number}:${button}:${issue.updated_at}`;
    return { kind: "jobs", jobs: [{ job: { name: "press-issue-button", data }, key }] };
  }),
};
