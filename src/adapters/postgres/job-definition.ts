import type { z } from "zod";
import type { JobTrace } from "../../flows/ports/tracing.ts";

/** Some work by name, with what it needs to know. Never content: the data stays in the database. */
export type AnyJob = { readonly name: string; readonly data: object };

/**
 * A queue with workers of its own. The jobs of a lane wait for each other only; a job runs again if its worker is not heard of
 * for `heartbeatSeconds`.
 */
export type Lane = {
  /** How many jobs of the lane one process runs at a time. */
  readonly concurrency: number;
  readonly ofInstallation: AtOnce;
};

/**
 * How many jobs of one installation run at a time, whatever their kind: one after the other, however many processes there are; as many
 * as find a place; or so many in one process, which leave places to others, and so many in all, give or take those taken at one moment.
 */
export type AtOnce = "in-turn" | "any" | { readonly inProcess: number; readonly inAll: number };

/** How a kind of job is stored and run. */
export type JobDefinition<Data> = {
  readonly lane: string;
  /** Checked when a job is queued and again when it is taken. */
  readonly schema: z.ZodType<Data>;
  /** While a job with the same name and key waits for its first run, another one is not queued. */
  readonly key: (data: Data) => string;
  /** Whose work it is; null for work that belongs to no installation. */
  readonly installationId: (data: Data) => number | null;
  /** What two jobs must not work at together, where those of one installation may run side by side. */
  readonly turn?: (data: Data) => string;
  readonly retry: {
    /** How often it is tried again after a failure. */
    readonly limit: number;
    /** Before the first retry; doubles each time, with jitter, up to `maxDelaySeconds`. 0: always at once. */
    readonly delaySeconds: number;
    readonly maxDelaySeconds: number;
  };
  /** A run that takes longer has failed. */
  readonly expireSeconds: number;
  /** Within a lane, higher goes first. */
  readonly priority: number | ((data: Data) => number);
};

export type JobDefinitions<Job extends AnyJob> = {
  readonly lanes: Readonly<Record<string, Lane>>;
  readonly jobs: { readonly [Name in Job["name"]]: JobDefinition<Extract<Job, { readonly name: Name }>["data"]> };
};

/** What a worker is told about the run. `signal` aborts when the run expired, the worker stops, or another has taken over. */
export type JobRun = {
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** What it follows from, where that was traced. */
  readonly trace?: JobTrace;
};

export type JobHandlers<Job extends AnyJob> = {
  readonly [Name in Job["name"]]: (data: Extract<Job, { readonly name: Name }>["data"], run: JobRun) => Promise<void>;
};
