import * as z from "zod";
import {
  ignored,
  notGithubShape,
  objectName,
  repoOf,
  repositoryPayload,
  type Asked,
  type WebhookHandler,
} from "./handler.ts";

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
  ask: askForRescan,
};

function askForRescan(payload: unknown): Asked {
  const parsed = rerequestPayload.safeParse(payload);
  if (!parsed.success) return notGithubShape("check_run or check_suite", parsed.error);
  const repo = repoOf(parsed.data);
  if (!repo) return ignored("the payload names no installation: the app is not installed on this repository");
  const sha = ("check_run" in parsed.data ? parsed.data.check_run : parsed.data.check_suite).head_sha;
  return {
    kind: "jobs",
    jobs: [{ job: { name: "rescan-head", data: { head: { repo, sha } } }, key: `${repo.repoId}:${sha}` }],
  };
}
