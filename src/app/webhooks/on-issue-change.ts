import * as z from "zod";
import { askAbout, ignored, repositoryPayload, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues */
const issuePayload = repositoryPayload.extend({
  action: z.enum(["closed", "reopened"]),
  issue: z.object({
    number: z.int().positive(),
    updated_at: z.string(),
    user: z.object({ type: z.string() }).nullish().catch(null),
  }),
  sender: z.object({ login: z.string() }),
});

/** An issue that was closed or reopened may be an incident's, if no person wrote it. */
export const onIssueChange: WebhookHandler = {
  events: ["issues.closed", "issues.reopened"],
  ask: askAbout("issues", issuePayload, ({ action, issue, sender }, repo) => {
    if (issue.user?.type === "User") return ignored("a person wrote the issue: it is no incident's");
    const data = { repo, issueNumber: issue.number, action, login: sender.login, at: issue.updated_at };
    const key = `${repo.repoId}:${issue.number}:${action}:${issue.updated_at}`;
    return { kind: "jobs", jobs: [{ job: { name: "note-issue-change", data }, key }] };
  }),
};
