import * as z from "zod";
import {
  askAbout,
  askForScan,
  ignored,
  objectName,
  repositoryPayload,
  sender,
  type WebhookHandler,
} from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const pushPayload = repositoryPayload.extend({
  ref: z.string().startsWith("refs/"),
  before: objectName,
  after: objectName,
  deleted: z.boolean(),
  sender,
  // Here, and nowhere else, it is in seconds.
  repository: repositoryPayload.shape.repository.extend({ pushed_at: z.int().positive().optional().catch(undefined) }),
});

const askForPushScan = askForScan("push", pushPayload, ({ ref, before, after, deleted, sender, repository }) => {
  if (deleted || isZero(after)) return ignored("a branch or tag was deleted: nothing new to read");
  const by = sender ? { by: [sender.login] } : {};
  const { pushed_at: pushedAt } = repository;
  const at = pushedAt === undefined ? {} : { at: new Date(pushedAt * 1000).toISOString() };
  return { head: after, source: { kind: "push", ref, before: isZero(before) ? null : before, ...by, ...at } };
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
