import * as z from "zod";
import type { JobDefinition, JobDefinitions } from "../../adapters/postgres/job-definition.ts";
import { changeKey, retryKey, type Change } from "../../core/change/change.ts";
import type { Head } from "../../flows/ports/check-runs.ts";
import type { HandleDelivery, Job } from "../../flows/ports/jobs.ts";
import { objectName } from "../webhooks/handler.ts";
import { accessJobs } from "./access-jobs.ts";
import { deliveryJobs } from "./delivery-jobs.ts";
import { historyJobs } from "./history-jobs.ts";
import { incidentJobs } from "./incident-jobs.ts";
import { fixJobs } from "./fix-jobs.ts";
import { postureJobs } from "./posture-jobs.ts";
import { repo } from "./repo-schema.ts";
import { repositoryJobs } from "./repository-jobs.ts";
import { suppressionJobs } from "./suppression-jobs.ts";
import { noteHappenings, sweepSinks, tellHappenings, tellSink, watchAnomalies } from "./sink-jobs.ts";
import { textJobs } from "./text-jobs.ts";

/** Everything a worker can be asked to do. */
export type AnyJob = Job | HandleDelivery;

const by = z.array(z.string()).exactOptional();
const change: z.ZodType<Change> = z.strictObject({
  repo,
  head: objectName,
  source: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("push"),
      ref: z.string(),
      before: objectName.nullable(),
      by,
      at: z.string().exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("pull-request"),
      number: z.int().positive(),
      baseRef: z.string(),
      baseSha: objectName,
      by,
    }),
    z.strictObject({
      kind: z.literal("merge-group"),
      ref: z.string(),
      baseSha: objectName,
      baseRef: z.string().min(1).exactOptional(),
    }),
  ]),
});

const head: z.ZodType<Head> = z.strictObject({ repo, sha: objectName });
const headKey = ({ repo, sha }: Head): string => `${repo.repoId}:${sha}`;

type DataOf<Name extends AnyJob["name"]> = Extract<AnyJob, { readonly name: Name }>["data"];

const scanChange: JobDefinition<DataOf<"scan-change">> = {
  lane: "scans",
  schema: z.strictObject({ change, retry: z.int().positive().optional() }) as z.ZodType<DataOf<"scan-change">>,
  key: ({ change, retry }) => (retry === undefined ? changeKey(change) : retryKey(change, retry)),
  installationId: ({ change }) => change.repo.installationId,
  // Two that are asked about one head at the same moment would make it two check runs.
  turn: ({ change }) => headKey({ repo: change.repo, sha: change.head }),
  retry: { limit: 6, delaySeconds: 5, maxDelaySeconds: 300 },
  expireSeconds: 3600,
  priority: 0,
};

/** Somebody waits for it. */
const rescanHead: JobDefinition<DataOf<"rescan-head">> = {
  lane: "verdicts",
  schema: z.strictObject({ head }),
  key: ({ head }) => headKey(head),
  installationId: ({ head }) => head.repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 120,
  priority: 15,
};

const publishVerdict: JobDefinition<DataOf<"publish-verdict">> = {
  lane: "verdicts",
  schema: z.strictObject({ head }),
  key: ({ head }) => headKey(head),
  installationId: ({ head }) => head.repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 600,
  priority: 10,
};

const raiseIncident: JobDefinition<DataOf<"raise-incident">> = {
  lane: "writes",
  schema: z.strictObject({ head, scope: z.string(), fingerprint: z.string() }),
  key: ({ head, scope, fingerprint }) => `${headKey(head)}:${scope}:${fingerprint}`,
  installationId: ({ head }) => head.repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 120,
  priority: 5,
};

/** Beside the deliveries, where nothing takes long: a long scan must not hold it up. */
const sweepVerdicts: JobDefinition<DataOf<"sweep-verdicts">> = {
  lane: "deliveries",
  schema: z.strictObject({ minute: z.string() }),
  key: () => "sweep",
  installationId: () => null,
  retry: { limit: 2, delaySeconds: 5, maxDelaySeconds: 30 },
  expireSeconds: 600,
  priority: 0,
};

/**
 * Every kind of job: what it needs to know, how often it is tried, and in which lane it runs. What is written to GitHub for one
 * installation is written one thing at a time (GitHub asks for it, and it spares us races), but a verdict, which somebody waits for,
 * does not wait for what is written about incidents. Scans read: of one installation as many as there are workers for, up to what GitHub
 * answers at once, and in each process one place stays for others, however long its scans take.
 */
export const jobDefinitions: JobDefinitions<AnyJob> = {
  lanes: {
    deliveries: { concurrency: 4, ofInstallation: "any" },
    scans: { concurrency: 3, ofInstallation: { inProcess: 2, inAll: 6 } },
    verdicts: { concurrency: 4, ofInstallation: "in-turn" },
    writes: { concurrency: 4, ofInstallation: "in-turn" },
    incidents: { concurrency: 2, ofInstallation: "in-turn" },
    texts: { concurrency: 2, ofInstallation: "in-turn" },
    postures: { concurrency: 2, ofInstallation: "in-turn" },
    histories: { concurrency: 2, ofInstallation: { inProcess: 1, inAll: 4 } },
    sinks: { concurrency: 4, ofInstallation: "any" },
  },
  jobs: {
    ...deliveryJobs,
    "scan-change": scanChange,
    "rescan-head": rescanHead,
    "publish-verdict": publishVerdict,
    "raise-incident": raiseIncident,
    "sweep-verdicts": sweepVerdicts,
    ...incidentJobs,
    ...textJobs,
    ...suppressionJobs,
    ...postureJobs,
    ...historyJobs,
    ...fixJobs,
    ...repositoryJobs,
    "tell-sink": tellSink,
    "note-happenings": noteHappenings,
    "watch-anomalies": watchAnomalies,
    "tell-happenings": tellHappenings,
    "sweep-sinks": sweepSinks,
    ...accessJobs,
  },
};
