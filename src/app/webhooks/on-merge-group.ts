import * as z from "zod";
import { askForScan, objectName, repositoryPayload, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group */
const mergeGroupPayload = repositoryPayload.extend({
  merge_group: z.object({
    head_sha: objectName,
    head_ref: z.string().startsWith("refs/"),
    base_sha: objectName,
    base_ref: z.string(),
  }),
});

/** What a merge queue is about to merge becomes the scan of the commits it brings in; its check stands on the group's own head. */
export const onMergeGroup: WebhookHandler = {
  events: ["merge_group.checks_requested"],
  ask: askForScan("merge_group", mergeGroupPayload, ({ merge_group: { head_sha: head, head_ref: ref, base_sha } }) => ({
    head,
    source: { kind: "merge-group", ref, baseSha: base_sha },
  })),
};
