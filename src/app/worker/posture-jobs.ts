import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import type {
  InstallationRef,
  ListInstallations,
  PlanAllPostures,
  PlanPosture,
  PostureJob,
  PostureRef,
  TickPosture,
} from "../../flows/ports/posture-jobs.ts";
import { repo } from "./repo-schema.ts";

type DataOf<Name extends PostureJob["name"]> = Extract<PostureJob, { readonly name: Name }>["data"];

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

const ofInstallation = {
  key: ({ installationId }: InstallationRef) => String(installationId),
  installationId: ({ installationId }: InstallationRef) => installationId,
  retry,
  priority: 5,
} as const;

const planAllPostures: JobDefinition<PlanAllPostures["data"]> = {
  lane: "deliveries",
  schema: z.strictObject({ installationId: z.int().positive() }),
  expireSeconds: 60,
  ...ofInstallation,
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

const listInstallations: JobDefinition<ListInstallations["data"]> = {
  lane: "postures",
  schema: z.strictObject({ minute: z.string() }),
  key: () => "all",
  installationId: () => null,
  retry,
  expireSeconds: 600,
  priority: 10,
};

const listRepositories: JobDefinition<DataOf<"list-repositories">> = {
  lane: "postures",
  schema: z.strictObject({ installationId: z.int().positive(), permissions: z.boolean() }),
  expireSeconds: 900,
  ...ofInstallation,
};

const lookAtOrganization: JobDefinition<DataOf<"look-at-organization">> = {
  lane: "postures",
  schema: z.strictObject({ installationId: z.int().positive(), owner: z.string() }),
  expireSeconds: 900,
  ...ofInstallation,
};

const publishSummary: JobDefinition<InstallationRef> = {
  lane: "writes",
  schema: z.strictObject({ installationId: z.int().positive() }),
  expireSeconds: 300,
  ...ofInstallation,
  priority: -10,
};

/** What is done about postures. */
export const postureJobs = {
  "list-installations": listInstallations,
  "list-repositories": listRepositories,
  "look-at-organization": lookAtOrganization,
  "publish-summary": publishSummary,
  "plan-posture": planPosture,
  "plan-all-postures": planAllPostures,
  "look-at-repository": lookAtRepository,
  "publish-posture": publishPosture,
  "tick-posture": tickPosture,
} as const;
