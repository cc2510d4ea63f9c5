import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import type { IncidentRef, TickIncidents } from "../../flows/ports/incident-jobs.ts";

const aboutIncident = {
  schema: z.strictObject({ installationId: z.int().positive(), incidentId: z.string() }),
  key: ({ incidentId }: IncidentRef) => incidentId,
  installationId: ({ installationId }: IncidentRef) => installationId,
};

const syncIssue: JobDefinition<IncidentRef> = {
  lane: "writes",
  ...aboutIncident,
  retry: { limit: 30, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 300,
  priority: 0,
};

const lookIntoIncident: JobDefinition<IncidentRef> = {
  lane: "incidents",
  ...aboutIncident,
  retry: { limit: 12, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 600,
  priority: 0,
};

/** Before what is only looked into: somebody waits for the answer. */
const verifyIncident: JobDefinition<IncidentRef> = {
  lane: "incidents",
  ...aboutIncident,
  retry: { limit: 12, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 1800,
  priority: 10,
};

const tickIncidents: JobDefinition<TickIncidents["data"]> = {
  lane: "incidents",
  schema: z.strictObject({ minute: z.string() }),
  // However many processes ask for it: one that waits is enough.
  key: () => "tick",
  installationId: () => null,
  retry: { limit: 2, delaySeconds: 5, maxDelaySeconds: 30 },
  expireSeconds: 600,
  priority: 20,
};

/** What is done about incidents. */
export const incidentJobs = {
  "sync-issue": syncIssue,
  "look-into-incident": lookIntoIncident,
  "verify-incident": verifyIncident,
  "tick-incidents": tickIncidents,
} as const;
