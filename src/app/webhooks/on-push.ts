import * as z from "zod";
import { askForScan, ignored, objectName, repositoryPayload, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const pushPayload = repositoryPayload.extend({
  ref: z.string().startsWith("refs/"),
  before: objectName,
  after: objectName,
  deleted: z.boolean(),
  sender: z.object({ login: z.string() }).optional(),
});

/** A push to a branch or a tag becomes the scan of its new commits. */
export const onPush: WebhookHandler = {
  events: ["push"],
  ask: askForScan("push", pushPayload, ({ ref, before, after, deleted, sender }) => {
    if (deleted || isZero(after)) return ignored("a branch or tag was deleted: nothing new to read");
    const by = sender ? { by: [sender.login] } : {};
    return { head: after, source: { kind: "push", ref, before: isZero(before) ? null : before, ...by } };
  }),
};

const isZero = (sha: string): boolean => /^0+$/.test(sha);
