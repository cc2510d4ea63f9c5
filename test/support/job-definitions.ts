import type { AnyJob, JobDefinitions, Lane } from "../../src/adapters/postgres/job-definition.ts";
import { jobDefinitions, type AnyJob as KeywardJob } from "../../src/app/worker/jobs.ts";

/** What tests of the stores want of every job: one lane, and no waiting before a retry. */
const quick = {
  retry: { limit: 2, delaySeconds: 0, maxDelaySeconds: 0 },
  expireSeconds: 60,
  priority: 0,
  lane: "work",
};

const quickJobs = Object.entries(jobDefinitions.jobs).map(([name, definition]) => [name, { ...definition, ...quick }]);

/** The product's kinds of jobs, all in one lane. */
export const storeJobs: JobDefinitions<KeywardJob> = {
  lanes: { work: { concurrency: 1, ofInstallation: "any" } },
  jobs: Object.fromEntries(quickJobs) as typeof jobDefinitions.jobs,
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
