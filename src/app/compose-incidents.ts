import { randomBytes } from "node:crypto";
import type { GithubApp } from "../adapters/github/app.ts";
import { createCommandDesk } from "../adapters/github/command-desk.ts";
import { createCommitAuthors } from "../adapters/github/commit-authors.ts";
import { createDrillField } from "../adapters/github/drill-field.ts";
import { createIncidentFacts } from "../adapters/github/incident-facts.ts";
import { createIssueTracker } from "../adapters/github/issues.ts";
import { createPullRequests } from "../adapters/github/pull-requests.ts";
import type { Incident } from "../core/incident/incident.ts";
import { drillPrefix } from "../core/incident/drill.ts";
import { Secret } from "../core/scan/secret.ts";
import type { DrillScheduleOf } from "../flows/ports/drill-schedule.ts";
import type { HistoryStore } from "../flows/ports/history-store.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import type { Clock } from "../flows/ports/system.ts";
import { readCredentialAgain, type ReadAgainPorts } from "../flows/read-credential-again.ts";
import type { Providers } from "./compose-providers.ts";
import type { IncidentPorts } from "./worker/incident-job-handlers.ts";

type Parts = {
  readonly github: GithubApp;
  readonly reading: Omit<ReadAgainPorts, "scannerFor">;
  readonly configOf: KeywardConfigOf;
  readonly drillScheduleOf: DrillScheduleOf;
  readonly scannerFor: ReadAgainPorts["scannerFor"];
  readonly clock: Clock;
  readonly providers: Providers;
};

type StoredOrShared =
  | "incidents"
  | "suppressions"
  | "scans"
  | "queue"
  | "checkRuns"
  | "issueUrl"
  | "clock"
  | "log"
  | "watermarks"
  | "visibilities"
  | "installations";

/** What follows an incident through, apart from the stores. */
export function composeIncidents({
  github,
  configOf,
  drillScheduleOf,
  reading,
  scannerFor,
  clock,
  providers,
}: Parts): Omit<IncidentPorts, StoredOrShared> {
  return {
    issues: createIssueTracker(github),
    facts: createIncidentFacts(github, clock),
    credentialAt: readCredentialAgain({ ...reading, scannerFor }),
    incidentConfigOf: async (repo) => (await configOf(repo)).incidents,
    desk: createCommandDesk(github),
    pulls: createPullRequests(github),
    authorsOfCommits: createCommitAuthors(github),
    drills: createDrillField(github),
    drillScheduleOf,
    newDrillKey,
    scannerFor,
    cannotRevoke: (incident) => whyNotRevoked(incident, providers),
    rotationSteps: (ruleId) => providers.factsOf(ruleId).playbook,
    providerTermsOf: providers.termsOf,
    probe: providers.probe,
    revoke: providers.revoke,
    askHooks: providers.askHooks,
  };
}

/** Why the credential of an incident cannot be revoked by Keyward, in a sentence; null: it can. */
export async function whyNotRevoked(
  { installationId, ruleId }: Pick<Incident, "installationId" | "ruleId">,
  providers: Pick<Providers, "factsOf" | "termsOf">,
): Promise<string | null> {
  const { revocation, slug } = providers.factsOf(ruleId);
  if (revocation === null) {
    return "There is no way to revoke a credential of this kind with itself; its provider's pages say how it is done.";
  }
  const terms = await providers.termsOf(installationId, ruleId);
  return terms.revocation === "never"
    ? `Revoking is not allowed here: the organization's keyward.yml would say so under \`providers.${slug ?? ""}.revocation\`.`
    : null;
}

/** Made up at random, in the shape that the rule of drills finds and no provider gives out. */
const newDrillKey = (): Secret => new Secret(`${drillPrefix}${randomBytes(16).toString("hex")}`, drillPrefix);

/** Repositories as they are kept: one that went to another installation is that one's. */
export const ofInstallation =
  ({ of }: Pick<HistoryStore, "of">): ReadAgainPorts["repoOf"] =>
  async (installationId, repoId) => {
    const repo = (await of(repoId))?.repo;
    return repo?.installationId === installationId ? repo : null;
  };
