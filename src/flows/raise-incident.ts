import { openIncident, withOccurrences, type Incident, type Occurrence } from "../core/incident/incident.ts";
import type { ChangeFinding } from "../core/verdict/verdict.ts";
import type { IncidentStore } from "./ports/incident-store.ts";
import type { Job, RaiseIncidentData } from "./ports/jobs.ts";
import type { ScanStore } from "./ports/scan-store.ts";
import type { Clock, Logger } from "./ports/system.ts";

export type RaiseIncidentPorts = {
  readonly scans: ScanStore;
  readonly incidents: IncidentStore;
  readonly clock: Clock;
  /** A new unique id. */
  readonly newId: () => string;
  readonly log: Logger;
};

/** How often a save is tried again when another worker was faster; each round starts from what that worker stored. */
const attempts = 5;

/**
 * One secret, one incident: opens the incident of a finding's fingerprint, or adds the places where it was seen now, and queues
 * the update of its issue in the same transaction. Safe to repeat: known places are not added twice.
 */
export async function raiseIncident(data: RaiseIncidentData, ports: RaiseIncidentPorts): Promise<void> {
  const findings = await findingsOf(data, ports);
  const [first] = findings;
  if (!first) {
    ports.log.info("nothing to raise: the judgement was replaced meanwhile", {
      repo: data.head.repo.repoId,
      head: data.head.sha,
    });
    return;
  }
  const { installationId, repoId } = data.head.repo;
  const seen = findings.flatMap((finding) => occurrencesOf(finding, repoId, ports.clock()));
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const known = await ports.incidents.byFingerprint(installationId, data.fingerprint);
    const incident = known
      ? withOccurrences(known, seen)
      : openIncident({ id: ports.newId(), home: data.head.repo, finding: first.finding, occurrences: seen });
    if ((await ports.incidents.save(incident, known, [syncIssue(incident)])) === "saved") return;
  }
  throw new Error(
    `the incident of a finding was changed by others ${attempts} times in a row; the job will be tried again`,
  );
}

async function findingsOf(data: RaiseIncidentData, ports: RaiseIncidentPorts): Promise<ChangeFinding[]> {
  const records = await ports.scans.scopesOf(data.head);
  return records
    .filter(({ scope }) => scope === data.scope)
    .flatMap(({ result }) => (result.state === "done" ? result.verdict.blocking : []))
    .filter(({ finding }) => finding.fingerprint === data.fingerprint);
}

function occurrencesOf({ finding, blob, places }: ChangeFinding, repoId: number, seenAt: string): Occurrence[] {
  return places.map(({ path, commit }) => ({ repoId, commit, blob, path, line: finding.span.line, seenAt }));
}

const syncIssue = ({ id, installationId }: Incident): Job => ({
  name: "sync-issue",
  data: { installationId, incidentId: id },
});
