import * as z from "zod";
import { askForScan, ignored, objectName, repositoryPayload, sender, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
const pullRequestPayload = repositoryPayload.extend({
  /** Of an edit: what it changed, with what was there before. */
  changes: z.object({ base: z.unknown().optional() }).optional().catch({ base: "may have changed" }),
  action: z.string().optional().catch(undefined),
  pull_request: z.object({
    number: z.int().positive(),
    head: z.object({ sha: objectName }),
    base: z.object({ ref: z.string().min(1), sha: objectName }),
    user: z.object({ login: z.string() }).nullish().catch(null),
  }),
  sender,
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
  ask: askForScan("pull_request", pullRequestPayload, ({ action, changes, sender, pull_request }) => {
    if (action === "edited" && changes?.base === undefined)
      return ignored("a pull request's text was edited: what it brings in is the same");
    const { number, head, base, user } = pull_request;
    // Who reopens it or chooses another base has brought nothing in.
    const pushed = action === "opened" || action === "synchronize" ? sender : undefined;
    const by = user ? { by: [...new Set([user.login, ...(pushed ? [pushed.login] : [])])] } : {};
    return { head: head.sha, source: { kind: "pull-request", number, baseRef: base.ref, baseSha: base.sha, ...by } };
  }),
};
