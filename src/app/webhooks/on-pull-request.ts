import * as z from "zod";
import type { Change } from "../../core/change/change.ts";
import {
  ignored,
  notGithubShape,
  objectName,
  repoOf,
  repositoryPayload,
  scanOf,
  type Asked,
  type WebhookHandler,
} from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
const pullRequestPayload = repositoryPayload.extend({
  /** Of an edit: what it changed, with what was there before. */
  changes: z.object({ base: z.unknown().optional() }).optional(),
  action: z.string().optional(),
  pull_request: z.object({
    number: z.int().positive(),
    head: z.object({ sha: objectName }),
    base: z.object({ ref: z.string().min(1), sha: objectName }),
  }),
});

/** A pull request, from a fork too, becomes the scan of the commits it would bring in. */
export const onPullRequest: WebhookHandler = {
  events: [
    "pull_request.opened",
    "pull_request.synchronize",
    "pull_request.reopened",
    "pull_request.ready_for_review",
    "pull_request.edited",
  ],
  ask: askForPullRequestScan,
};

function askForPullRequestScan(payload: unknown): Asked {
  const parsed = pullRequestPayload.safeParse(payload);
  if (!parsed.success) return notGithubShape("pull_request", parsed.error);
  if (parsed.data.action === "edited" && parsed.data.changes?.base === undefined)
    return ignored("a pull request's text was edited: what it brings in is the same");
  const repo = repoOf(parsed.data);
  if (!repo) return ignored("the payload names no installation: the app is not installed on this repository");
  const { number, head, base } = parsed.data.pull_request;
  const source = { kind: "pull-request", number, baseRef: base.ref, baseSha: base.sha } as const;
  const change: Change = { repo, head: head.sha, source };
  return scanOf(change);
}
