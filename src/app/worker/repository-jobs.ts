import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import type { FollowRepository, ForgetInstallation, ForgetRepository } from "../../flows/ports/repositories.ts";
import { repo } from "./repo-schema.ts";

const id = z.int().positive();

/** Beside the deliveries: what is read meanwhile must not hold up the new name, nor what is written. */
const quick = { lane: "deliveries", retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 1800 }, expireSeconds: 600 };

const followRepository: JobDefinition<FollowRepository["data"]> = {
  ...quick,
  schema: z.strictObject({
    repo,
    happened: z.enum(["changed", "made-public", "transferred", "deleted"]),
    at: z.string(),
  }),
  key: ({ repo, happened, at }) => `${repo.repoId}:${happened}:${at}`,
  installationId: ({ repo }) => repo.installationId,
  priority: 10,
};

const forgetRepository: JobDefinition<ForgetRepository["data"]> = {
  ...quick,
  schema: z.strictObject({ installationId: id, repoId: id, fullName: z.string() }),
  key: ({ repoId }) => String(repoId),
  installationId: ({ installationId }) => installationId,
  priority: 0,
};

/** It belongs to no installation, or it would be among the work that it drops. */
const forgetInstallation: JobDefinition<ForgetInstallation["data"]> = {
  ...quick,
  schema: z.strictObject({ installationId: id }),
  key: ({ installationId }) => String(installationId),
  installationId: () => null,
  priority: 0,
};

/** What is done about repositories as a whole. */
export const repositoryJobs = {
  "follow-repository": followRepository,
  "forget-repository": forgetRepository,
  "forget-installation": forgetInstallation,
} as const;
