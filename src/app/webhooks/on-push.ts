import * as z from "zod";
import { askAbout, askForScan, ignored, objectName, repositoryPayload, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const pushPayload = repositoryPayload.extend({
  ref: z.string().startsWith("refs/"),
  before: objectName,
  after: objectName,
  deleted: z.boolean(),
  sender: z.object({ login: z.string() }).optional(),
});

const askForPushScan = askForScan("push", pushPayload, ({ ref, before, after, deleted, sender }) => {
  if (deleted || isZero(after)) return ignored("a branch or tag was deleted: nothing new to read");
  const by = sender ? { by: [sender.login] } : {};
  return { head: after, source: { kind: "push", ref, before: isZero(before) ? null : before, ...by } };
});

/** The default branch may say now which secrets need not block. */
const askForSuppressions = askAbout("push", pushPayload, ({ ref, repository }, repo) => {
  if (ref !== `refs/heads/${repository.default_branch}`) return ignored("only the default branch has configuration");
  return { kind: "jobs", jobs: [{ job: { name: "sync-suppressions", data: { repo } }, key: String(repo.repoId) }] };
});

/** A push to a branch or a tag becomes the scan of its new commits. */
export const onPush: WebhookHandler = {
  events: ["push"],
  ask: (payload) => {
    const [scan, sync] = [askForPushScan(payload), askForSuppressions(payload)];
    return scan.kind === "jobs" && sync.kind === "jobs" ? { kind: "jobs", jobs: [...scan.jobs, ...sync.jobs] } : scan;
  },
};

const isZero = (sha: string): boolean => /^0+$/.test(sha);
