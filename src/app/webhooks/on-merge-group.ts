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

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group */
const mergeGroupPayload = repositoryPayload.extend({
  merge_group: z.object({ head_sha: objectName, head_ref: z.string().startsWith("refs/"), base_sha: objectName }),
});

/** What a merge queue is about to merge becomes the scan of the commits it brings in; its check stands on the group's own head. */
export const onMergeGroup: WebhookHandler = { events: ["merge_group.checks_requested"], ask: askForGroupScan };

function askForGroupScan(payload: unknown): Asked {
  const parsed = mergeGroupPayload.safeParse(payload);
  if (!parsed.success) return notGithubShape("merge_group", parsed.error);
  const repo = repoOf(parsed.data);
  if (!repo) return ignored("the payload names no installation: the app is not installed on this repository");
  const { head_sha: head, head_ref: ref, base_sha: baseSha } = parsed.data.merge_group;
  const change: Change = { repo, head, source: { kind: "merge-group", ref, baseSha } };
  return scanOf(change);
}
