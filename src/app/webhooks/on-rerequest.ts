import * as z from "zod";
import { askAbout, objectName, repositoryPayload, type WebhookHandler } from "./handler.ts";

const headed = z.object({ head_sha: objectName });

/**
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run and #check_suite: sent to the app whose check it is, when
 * somebody asks for it again.
 */
const rerequestPayload = z.union([
  repositoryPayload.extend({ check_run: headed }),
  repositoryPayload.extend({ check_suite: headed }),
]);

/** "Re-run" on a check, or on all checks of a commit: the head is judged again. */
export const onRerequest: WebhookHandler = {
  events: ["check_run.rerequested", "check_suite.rerequested"],
  ask: askAbout("check_run or check_suite", rerequestPayload, (payload, repo) => {
    const sha = ("check_run" in payload ? payload.check_run : payload.check_suite).head_sha;
    const head = { repo, sha };
    return { kind: "jobs", jobs: [{ job: { name: "rescan-head", data: { head } }, key: `${repo.repoId}:${sha}` }] };
  }),
};
