import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import { checkActions, type RunCheckAction } from "../../flows/ports/check-actions.ts";
import type { SyncPullComment } from "../../flows/ports/pull-requests.ts";
import type { SuppressionRef, SyncSuppressions } from "../../flows/ports/suppression-jobs.ts";
import { objectName } from "../webhooks/handler.ts";
import { repo } from "./repo-schema.ts";

/** Before the verdicts that it publishes again. */
const settleSuppression: JobDefinition<SuppressionRef> = {
  lane: "writes",
  schema: z.strictObject({ installationId: z.int().positive(), fingerprint: z.string() }),
  key: ({ installationId, fingerprint }) => `${installationId}:${fingerprint}`,
  installationId: ({ installationId }) => installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 120,
  priority: 15,
};

/** Somebody waits for it. */
const runCheckAction: JobDefinition<RunCheckAction["data"]> = {
  lane: "writes",
  schema: z.strictObject({
    head: z.strictObject({ repo, sha: objectName }),
    action: z.enum(checkActions),
    login: z.string(),
    waits: z.int().positive().exactOptional(),
  }),
  key: ({ head, action, login, waits }) =>
    [head.repo.repoId, head.sha, action, login, ...(waits === undefined ? [] : [waits])].join(":"),
  installationId: ({ head }) => head.repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 120,
  priority: 20,
};

/** Reads content again, where the configuration names a secret by its place. */
const syncSuppressions: JobDefinition<SyncSuppressions["data"]> = {
  lane: "incidents",
  schema: z.strictObject({ repo }),
  key: ({ repo: { repoId } }) => String(repoId),
  installationId: ({ repo: { installationId } }) => installationId,
  retry: { limit: 12, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 600,
  priority: 10,
};

const syncPullComment: JobDefinition<SyncPullComment["data"]> = {
  lane: "writes",
  schema: z.strictObject({ repo, number: z.int().positive() }),
  key: ({ repo: { repoId }, number }) => `${repoId}:${number}`,
  installationId: ({ repo: { installationId } }) => installationId,
  retry: { limit: 12, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 120,
  priority: 0,
};

/** What is done about secrets that need not block, and what is said of it in pull requests. */
export const suppressionJobs = {
  "settle-suppression": settleSuppression,
  "run-check-action": runCheckAction,
  "sync-suppressions": syncSuppressions,
  "sync-pull-comment": syncPullComment,
} as const;
