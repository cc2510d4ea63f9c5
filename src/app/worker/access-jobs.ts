import * as z from "zod";
import type { JobDefinition, JobHandlers } from "../../adapters/postgres/job-definition.ts";
import type { PlanAccess, WatchAccess } from "../../flows/ports/git-access.ts";
import type { Installations } from "../../flows/ports/installations.ts";
import type { JobQueue } from "../../flows/ports/jobs.ts";
import { planAccess, watchAccess, type WatchAccessPorts } from "../../flows/watch-access.ts";

/** What takes many requests is among the postures, which nobody waits for. */
const watch: JobDefinition<WatchAccess["data"]> = {
  lane: "postures",
  schema: z.strictObject({ installationId: z.int().positive(), owner: z.string() }),
  key: ({ installationId }) => String(installationId),
  installationId: ({ installationId }) => installationId,
  // It is asked for again in ten minutes anyway.
  retry: { limit: 2, delaySeconds: 30, maxDelaySeconds: 120 },
  expireSeconds: 900,
  priority: 0,
};

const plan: JobDefinition<PlanAccess["data"]> = {
  lane: "postures",
  schema: z.strictObject({ minute: z.string() }),
  key: () => "plan-access",
  installationId: () => null,
  retry: { limit: 2, delaySeconds: 30, maxDelaySeconds: 120 },
  expireSeconds: 300,
  priority: 10,
};

/** What is done about how repositories are accessed. */
export const accessJobs = { "watch-access": watch, "plan-access": plan } as const;

export type AccessPorts = WatchAccessPorts & {
  readonly installations: Pick<Installations, "all">;
  readonly queue: JobQueue;
};

type Work = (job: "watch-access", work: () => Promise<void>) => Promise<void>;

/** `unlessGone` ends a job whose installation is gone. */
export const accessJobHandlers = (ports: AccessPorts, unlessGone: Work): JobHandlers<WatchAccess | PlanAccess> => ({
  "watch-access": (data, { signal }) => unlessGone("watch-access", () => watchAccess(data, ports, signal)),
  "plan-access": () => planAccess(ports),
});
