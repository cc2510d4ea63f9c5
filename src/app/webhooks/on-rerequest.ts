import * as z from "zod";
import { askAbout, objectName, repositoryPayload, type WebhookHandler } from "./handler.ts";

const headed = z.object({ head_sha: objectName });

/**
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run and #check_suite: sent to the app whose check it is, when
 * somebody asks for it again.
 */
const rerequestPayload = z.union([
  repositoryPayload.extend({ check_run: headed.extend({ external_id: z.string().nullish() }) }),
  repositoryPayload.extend({ check_suite: headed }),
]);

/** "Re-run" on a check, or on all checks of a commit: the head is judged again; on that of the history, all of it is read again. */
export const onRerequest: WebhookHandler = {
  events: ["check_run.rerequested", "check_suite.rerequested"],
  ask: askAbout("check_run or check_suite", rerequestPayload, (payload, repo) => {
    if ("check_run" in payload && payload.check_run.external_id?.startsWith("keyward-history:") === true) {
      const again = { name: "read-history-again", data: { repo } } as const;
      return { kind: "jobs", jobs: [{ job: again, key: String(repo.repoId) }] };
    }
    const sha = ("check_run" in payload ? payload.check_run : payload.check_suite).head_sha;
    const head = { repo, sha };
    return { kind: "jobs", jobs: [{ job: { name: "rescan-head", data: { head } }, key: `${repo.repoId}:${sha}` }] };
  }),
};
