import { createHash } from "node:crypto";
import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import { happeningKinds } from "../../core/export/happening.ts";
import type { WatchAnomalies } from "../../flows/ports/anomalies.ts";
import type { NoteHappenings, TellHappening } from "../../flows/ports/happenings.ts";
import type { TellSink } from "../../flows/ports/sinks.ts";

/** Tells a sink what happened; one that is down is tried for a week, and after that with the next event of the incident. */
export const tellSink: JobDefinition<TellSink["data"]> = {
  lane: "sinks",
  schema: z.strictObject({ installationId: z.int().positive(), incidentId: z.string(), sink: z.string() }),
  key: ({ incidentId, sink }) => `${sink}:${incidentId}`,
  installationId: ({ installationId }) => installationId,
  retry: { limit: 180, delaySeconds: 5, maxDelaySeconds: 3600 },
  expireSeconds: 300,
  priority: 0,
};

const happening = z.strictObject({
  id: z.string(),
  installationId: z.int().positive(),
  at: z.string(),
  kind: z.enum(happeningKinds),
  action: z.string(),
  severity: z.enum(["low", "medium", "high", "critical"]),
  message: z.string(),
  repoId: z.int().nullable(),
  repository: z.string().nullable(),
  person: z.string().nullable(),
  drill: z.boolean(),
  evidence: z.record(z.string(), z.unknown()),
});

/** Named by what it holds: what is queued again while it waits is the same. */
export const noteHappenings: JobDefinition<NoteHappenings["data"]> = {
  lane: "sinks",
  schema: z.strictObject({ installationId: z.int().positive(), happenings: z.array(happening).readonly() }),
  key: ({ happenings }) =>
    createHash("sha256")
      .update(JSON.stringify(happenings.map(({ id }) => id)))
      .digest("hex"),
  installationId: ({ installationId }) => installationId,
  retry: { limit: 180, delaySeconds: 5, maxDelaySeconds: 3600 },
  expireSeconds: 300,
  priority: 5,
};

/** A sink that is down is tried for a week; what it was not told then is among the jobs that failed for good. */
export const tellHappening: JobDefinition<TellHappening["data"]> = {
  lane: "sinks",
  installationId: ({ installationId }) => installationId,
  retry: tellSink.retry,
  expireSeconds: 300,
  priority: 0,
  schema: z.strictObject({ installationId: z.int().positive(), id: z.string(), sink: z.string() }),
  key: ({ id, sink }) => `${sink}:${id}`,
};

export const watchAnomalies: JobDefinition<WatchAnomalies["data"]> = {
  lane: "sinks",
  schema: z.strictObject({ minute: z.string() }),
  key: () => "watch-anomalies",
  installationId: () => null,
  retry: { limit: 3, delaySeconds: 5, maxDelaySeconds: 60 },
  expireSeconds: 300,
  priority: 5,
};
