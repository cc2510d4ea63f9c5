import { z } from "zod";
import type { AnyJob, JobDefinition, JobDefinitions, Lane } from "../../src/adapters/postgres/job-definition.ts";
import type { IncidentRef } from "../../src/flows/ports/incident-jobs.ts";
import type { HandleDelivery, Job } from "../../src/flows/ports/jobs.ts";

const repo = z.looseObject({ installationId: z.number(), repoId: z.number() });
const head = z.looseObject({ repo, sha: z.string() });

const common = {
  retry: { limit: 2, delaySeconds: 0, maxDelaySeconds: 0 },
  expireSeconds: 60,
  priority: 0,
  lane: "work",
};

const define = <Data>(
  schema: z.ZodType,
  key: (data: Data) => unknown,
  installationId: (data: Data) => number | null,
): JobDefinition<Data> => ({
  ...common,
  schema: schema as z.ZodType<Data>,
  key: (data) => JSON.stringify(key(data)),
  installationId,
});

const aboutIncident = define<IncidentRef>(
  z.looseObject({ installationId: z.number(), incidentId: z.string() }),
  ({ incidentId }) => incidentId,
  ({ installationId }) => installationId,
);

/** The product's kinds of jobs, as far as the stores care: enough to see that they are queued. */
export const storeJobs: JobDefinitions<Job | HandleDelivery> = {
  lanes: { work: { concurrency: 1, onePerInstallation: false } },
  jobs: {
    "scan-change": define(
      z.looseObject({ change: z.looseObject({ repo }) }),
      ({ change }) => [change.repo.repoId, change.head, change.source],
      ({ change }) => change.repo.installationId,
    ),
    "rescan-head": define(
      z.looseObject({ head }),
      (data) => [data.head.repo.repoId, data.head.sha],
      (data) => data.head.repo.installationId,
    ),
    "publish-verdict": define(
      z.looseObject({ head }),
      (data) => [data.head.repo.repoId, data.head.sha],
      (data) => data.head.repo.installationId,
    ),
    "raise-incident": define(
      z.looseObject({ head, scope: z.string(), fingerprint: z.string() }),
      (data) => [data.head.repo.repoId, data.head.sha, data.scope, data.fingerprint],
      (data) => data.head.repo.installationId,
    ),
    "sync-issue": aboutIncident,
    "look-into-incident": aboutIncident,
    "verify-incident": aboutIncident,
    "revoke-credential": aboutIncident,
    "ask-rotation-hooks": aboutIncident,
    "clean-up-drill": aboutIncident,
    "tell-sink": define(
      z.looseObject({ installationId: z.number(), incidentId: z.string(), sink: z.string() }),
      ({ incidentId, sink }) => [sink, incidentId],
      ({ installationId }) => installationId,
    ),
    "run-incident-command": define(
      z.looseObject({ repo, issueNumber: z.number(), commentId: z.number() }),
      (data) => [data.repo.repoId, data.commentId],
      (data) => data.repo.installationId,
    ),
    "note-issue-change": define(
      z.looseObject({ repo, issueNumber: z.number(), action: z.string(), login: z.string(), at: z.string() }),
      (data) => [data.repo.repoId, data.issueNumber, data.action, data.at],
      (data) => data.repo.installationId,
    ),
    "tick-incidents": define(
      z.looseObject({ minute: z.string() }),
      () => "tick",
      () => null,
    ),
    "handle-delivery": define(
      z.looseObject({ guid: z.string(), event: z.string(), installationId: z.number().nullable() }),
      ({ guid }) => guid,
      ({ installationId }) => installationId,
    ),
  },
};

/** The same jobs in a queue of another name, so that a test has it for itself. */
export function onLane<J extends AnyJob>(
  { lanes, jobs }: JobDefinitions<J>,
  lane: string,
  options: Partial<Lane> = {},
): JobDefinitions<J> {
  const moved = Object.entries<object>(jobs).map(([name, definition]) => [name, { ...definition, lane }]);
  const [first] = Object.values(lanes);
  if (!first) throw new Error("there is no lane to take the options from");
  return { lanes: { [lane]: { ...first, ...options } }, jobs: Object.fromEntries(moved) as typeof jobs };
}
