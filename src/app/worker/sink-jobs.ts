import { createHash } from "node:crypto";
import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import { happeningKinds } from "../../core/export/happening.ts";
import type { WatchAnomalies } from "../../flows/ports/anomalies.ts";
import { tellHappeningsKey } from "../../flows/note-happenings.ts";
import { tellSinkKey } from "../../flows/tell-sink.ts";
import type { NoteHappenings, TellHappenings } from "../../flows/ports/happenings.ts";
import type { SweepSinks, TellSink } from "../../flows/ports/sinks.ts";

/** Tells a sink what happened; one that is down is tried for a week, and after that anew. */
export const tellSink: JobDefinition<TellSink["data"]> = {
  lane: "sinks",
  schema: z.strictObject({ installationId: z.int().positive(), incidentId: z.string(), sink: z.string() }),
  key: tellSinkKey,
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

/** As `tellSink`. */
export const tellHappenings: JobDefinition<TellHappenings["data"]> = {
  lane: "sinks",
  installationId: ({ installationId }) => installationId,
  retry: tellSink.retry,
  expireSeconds: 300,
  priority: 0,
  schema: z.strictObject({ installationId: z.int().positive(), sink: z.string() }),
  key: tellHappeningsKey,
};

export const sweepSinks: JobDefinition<SweepSinks["data"]> = {
  lane: "sinks",
  schema: z.strictObject({ minute: z.string() }),
  key: () => "sweep-sinks",
  installationId: () => null,
  retry: { limit: 3, delaySeconds: 5, maxDelaySeconds: 60 },
  expireSeconds: 300,
  priority: 5,
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
