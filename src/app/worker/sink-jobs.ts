import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
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
