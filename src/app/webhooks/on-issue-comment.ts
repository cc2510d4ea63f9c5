import * as z from "zod";
import { hasCommand } from "../../core/incident/commands.ts";
import { ignored, notGithubShape, repoOf, repositoryPayload, type Asked, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_comment */
const commentPayload = repositoryPayload.extend({
  issue: z.object({ number: z.int().positive() }),
  comment: z.object({ id: z.int().positive(), body: z.string() }),
});

/** A comment with a `/keyward` command becomes a job that reads it again: what it says is not kept. */
export const onIssueComment: WebhookHandler = { events: ["issue_comment.created"], ask: askForCommand };

function askForCommand(payload: unknown): Asked {
  const parsed = commentPayload.safeParse(payload);
  if (!parsed.success) return notGithubShape("issue_comment", parsed.error);
  const { issue, comment } = parsed.data;
  if (!hasCommand(comment.body)) return ignored("the comment holds no command");
  const repo = repoOf(parsed.data);
  if (!repo) return ignored("the payload names no installation: the app is not installed on this repository");
  const data = { repo, issueNumber: issue.number, commentId: comment.id };
  return { kind: "jobs", jobs: [{ job: { name: "run-incident-command", data }, key: `${repo.repoId}:${comment.id}` }] };
}
