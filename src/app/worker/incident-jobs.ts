import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import type { NoteIssueChange, PressIssueButton, RunIncidentCommand } from "../../flows/ports/incident-commands.ts";
import type { IncidentRef, TickIncidents } from "../../flows/ports/incident-jobs.ts";
import type { ScheduleDrills } from "../../flows/ports/drill-schedule.ts";
import { repo } from "./repo-schema.ts";

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

/** As for a verification: somebody waits. Few tries: each may send the credential to its provider. */
const revokeCredential: JobDefinition<IncidentRef> = {
  lane: "incidents",
  ...aboutIncident,
  retry: { limit: 5, delaySeconds: 30, maxDelaySeconds: 1800 },
  expireSeconds: 1800,
  priority: 15,
};

const askRotationHooks: JobDefinition<IncidentRef> = {
  lane: "incidents",
  ...aboutIncident,
  retry: { limit: 12, delaySeconds: 10, maxDelaySeconds: 1800 },
  expireSeconds: 600,
  priority: 5,
};

const cleanUpDrill: JobDefinition<IncidentRef> = {
  lane: "writes",
  ...aboutIncident,
  retry: { limit: 12, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 120,
  priority: 5,
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

const scheduleDrills: JobDefinition<ScheduleDrills["data"]> = {
  lane: "incidents",
  schema: z.strictObject({ minute: z.string() }),
  key: () => "schedule-drills",
  installationId: () => null,
  retry: { limit: 3, delaySeconds: 30, maxDelaySeconds: 600 },
  expireSeconds: 1800,
  priority: 0,
};

const runIncidentCommand: JobDefinition<RunIncidentCommand["data"]> = {
  lane: "writes",
  schema: z.strictObject({
    repo,
    issueNumber: z.int().positive(),
    commentId: z.int().positive(),
    waits: z.int().positive().exactOptional(),
  }),
  key: ({ repo, commentId, waits }) => [repo.repoId, commentId, ...(waits === undefined ? [] : [waits])].join(":"),
  installationId: ({ repo }) => repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 300,
  priority: 20,
};

const noteIssueChange: JobDefinition<NoteIssueChange["data"]> = {
  lane: "writes",
  schema: z.strictObject({
    repo,
    issueNumber: z.int().positive(),
    action: z.enum(["closed", "reopened"]),
    login: z.string(),
    at: z.string(),
  }),
  key: ({ repo, issueNumber, action, at }) => `${repo.repoId}:${issueNumber}:${action}:${at}`,
  installationId: ({ repo }) => repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 120,
  priority: 15,
};

/** Somebody waits for it. */
const pressIssueButton: JobDefinition<PressIssueButton["data"]> = {
  lane: "writes",
  schema: z.strictObject({
    repo,
    issueNumber: z.int().positive(),
    button: z.enum(["revoke"]),
    login: z.string(),
    at: z.string(),
  }),
  key: ({ repo, issueNumber, button, at }) => `${repo.repoId}:${issueNumber}:${button}:${at}`,
  installationId: ({ repo }) => repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 300,
  priority: 20,
};

/** What is done about incidents. */
export const incidentJobs = {
  "run-incident-command": runIncidentCommand,
  "note-issue-change": noteIssueChange,
  "press-issue-button": pressIssueButton,
  "sync-issue": syncIssue,
  "look-into-incident": lookIntoIncident,
  "verify-incident": verifyIncident,
  "revoke-credential": revokeCredential,
  "ask-rotation-hooks": askRotationHooks,
  "clean-up-drill": cleanUpDrill,
  "tick-incidents": tickIncidents,
  "schedule-drills": scheduleDrills,
} as const;
