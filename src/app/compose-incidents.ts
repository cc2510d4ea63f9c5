import type { GithubApp } from "../adapters/github/app.ts";
import { createIncidentFacts } from "../adapters/github/incident-facts.ts";
import { createIssueTracker } from "../adapters/github/issues.ts";
import { defaultIncidentConfig } from "../core/incident/incident-config.ts";
import type { BlobReader } from "../flows/ports/code-reader.ts";
import type { JobQueue } from "../flows/ports/jobs.ts";
import type { Clock, Logger } from "../flows/ports/system.ts";
import { readCredentialAgain, type ReadAgainPorts } from "../flows/read-credential-again.ts";
import type { IncidentPorts } from "./worker/incident-job-handlers.ts";

type Parts = {
  readonly github: GithubApp;
  readonly readBlob: BlobReader;
  readonly scannerFor: ReadAgainPorts["scannerFor"];
  readonly clock: Clock;
};

/** What follows an incident through, apart from the stores. */
export function composeIncidents({
  github,
  readBlob,
  scannerFor,
  clock,
}: Parts): Omit<IncidentPorts, "incidents" | "clock" | "log"> {
  return {
    issues: createIssueTracker(github),
    facts: createIncidentFacts(github, clock),
    credentialAt: readCredentialAgain({ readBlob, scannerFor }),
    incidentConfigOf: async () => defaultIncidentConfig,
    rotationSteps: () => null,
    probe: async () => ({
      state: "unknown",
      evidence: { host: null, status: null, reason: "there is no way to ask this provider" },
    }),
  };
}

const tickMs = 60_000;

/** Asks once a minute for what is due; gives what stops it. */
export function startTicking(queue: JobQueue, clock: Clock, log: Logger): () => void {
  const ask = (): void => {
    const minute = clock().slice(0, 16);
    queue.enqueue({ name: "tick-incidents", data: { minute } }, "tick").catch((cause: unknown) => {
      log.error("what is due could not be asked for; it is tried again in a minute", {
        error: cause instanceof Error ? cause.name : "unknown",
      });
    });
  };
  ask();
  const timer = setInterval(ask, tickMs);
  return () => clearInterval(timer);
}
