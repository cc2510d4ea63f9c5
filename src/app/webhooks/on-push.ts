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

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const pushPayload = repositoryPayload.extend({
  ref: z.string().startsWith("refs/"),
  before: objectName,
  after: objectName,
  deleted: z.boolean(),
});

/** A push to a branch or a tag becomes the scan of its new commits. */
export const onPush: WebhookHandler = { events: ["push"], ask: askForPushScan };

function askForPushScan(payload: unknown): Asked {
  const parsed = pushPayload.safeParse(payload);
  if (!parsed.success) return notGithubShape("push", parsed.error);
  const { ref, before, after, deleted } = parsed.data;
  if (deleted || isZero(after)) return ignored("a branch or tag was deleted: nothing new to read");
  const repo = repoOf(parsed.data);
  if (!repo) return ignored("the payload names no installation: the app is not installed on this repository");
  const change: Change = { repo, head: after, source: { kind: "push", ref, before: isZero(before) ? null : before } };
  return scanOf(change);
}

const isZero = (sha: string): boolean => /^0+$/.test(sha);
