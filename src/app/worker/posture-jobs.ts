import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import type { PlanPosture, PostureRef, TickPosture } from "../../flows/ports/posture-jobs.ts";
import { repo } from "./repo-schema.ts";

const retry = { limit: 12, delaySeconds: 5, maxDelaySeconds: 1800 } as const;

/** A row is written: it waits for nothing. */
const planPosture: JobDefinition<PlanPosture["data"]> = {
  lane: "deliveries",
  schema: z.strictObject({ repo }),
  key: ({ repo }) => String(repo.repoId),
  installationId: ({ repo }) => repo.installationId,
  retry,
  expireSeconds: 60,
  priority: 0,
};

const lookAtRepository: JobDefinition<PlanPosture["data"]> = {
  lane: "postures",
  schema: z.strictObject({ repo }),
  key: ({ repo }) => String(repo.repoId),
  installationId: ({ repo }) => repo.installationId,
  retry,
  expireSeconds: 900,
  priority: 0,
};

/** After everything else that is written: nobody waits for it. */
const publishPosture: JobDefinition<PostureRef> = {
  lane: "writes",
  schema: z.strictObject({ installationId: z.int().positive(), repoId: z.int().positive() }),
  key: ({ repoId }) => String(repoId),
  installationId: ({ installationId }) => installationId,
  retry,
  expireSeconds: 300,
  priority: -10,
};

const tickPosture: JobDefinition<TickPosture["data"]> = {
  lane: "deliveries",
  schema: z.strictObject({ minute: z.string() }),
  // However many processes ask for it: one that waits is enough.
  key: () => "tick",
  installationId: () => null,
  retry: { limit: 2, delaySeconds: 5, maxDelaySeconds: 30 },
  expireSeconds: 120,
  priority: 0,
};

/** What is done about postures. */
export const postureJobs = {
  "plan-posture": planPosture,
  "look-at-repository": lookAtRepository,
  "publish-posture": publishPosture,
  "tick-posture": tickPosture,
} as const;
