import * as z from "zod";
import { hasCommand } from "../../core/incident/commands.ts";
import { askAbout, ignored, repositoryPayload, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_comment */
const commentPayload = repositoryPayload.extend({
  issue: z.object({ number: z.int().positive() }),
  comment: z.object({ id: z.int().positive(), body: z.string() }),
});

/** A comment with a `/keyward` command becomes a job that reads it again: what it says is not kept. */
export const onIssueComment: WebhookHandler = {
  events: ["issue_comment.created"],
  ask: askAbout("issue_comment", commentPayload, ({ issue, comment }, repo) => {
    if (!hasCommand(comment.body)) return ignored("the comment holds no command");
    const data = { repo, issueNumber: issue.number, commentId: comment.id };
    const key = `${repo.repoId}:${comment.id}`;
    return { kind: "jobs", jobs: [{ job: { name: "run-incident-command", data }, key }] };
  }),
};
