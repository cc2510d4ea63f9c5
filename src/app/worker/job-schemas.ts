import * as z from "zod";
import type { Change, RepoRef } from "../../core/change/change.ts";
import type { Head, Job } from "../../flows/ports.ts";
import { objectName } from "../webhooks/handler.ts";

const repo: z.ZodType<RepoRef> = z.strictObject({
  installationId: z.int().positive(),
  repoId: z.int().positive(),
  owner: z.string(),
  name: z.string(),
  defaultBranch: z.string(),
  visibility: z.enum(["public", "private", "internal"]),
});

const change: z.ZodType<Change> = z.strictObject({
  repo,
  head: objectName,
  source: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("push"), ref: z.string(), before: objectName.nullable() }),
    z.strictObject({
      kind: z.literal("pull-request"),
      number: z.int().positive(),
      baseRef: z.string(),
      baseSha: objectName,
    }),
  ]),
});

const head: z.ZodType<Head> = z.strictObject({ repo, sha: objectName });

/** The data of each kind of job, as it is checked when a worker takes it: what an older version queued may not fit any more. */
export const jobSchemas: { readonly [Name in Job["name"]]: z.ZodType<Extract<Job, { name: Name }>["data"]> } = {
  "scan-change": z.strictObject({ change }),
  "publish-verdict": z.strictObject({ head }),
  "raise-incident": z.strictObject({ head, scope: z.string(), fingerprint: z.string() }),
  "sync-issue": z.strictObject({ installationId: z.int().positive(), incidentId: z.string() }),
};
