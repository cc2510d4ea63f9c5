import type { RepoRef } from "../core/change/change.ts";
import { openIncident, withOccurrences, type Incident } from "../core/incident/incident.ts";
import type { Occurrence } from "../core/incident/occurrence.ts";
import type { Finding } from "../core/scan/finding.ts";
import type { IncidentStore } from "./ports/incident-store.ts";
import type { Job } from "./ports/jobs.ts";

export type RecordSightingPorts = {
  readonly incidents: IncidentStore;
  /** A new unique id. */
  readonly newId: () => string;
};

/** A secret that was seen, and where. `occurrences` must not be empty. */
export type Sighting = {
  readonly home: RepoRef;
  readonly finding: Finding;
  readonly occurrences: readonly Occurrence[];
};

/** How often a save is tried again when another worker was faster; each round starts from what that worker stored. */
const attempts = 5;

/**
 * One secret, one incident: opens the incident of the finding's fingerprint, or adds the places where it was seen now, and queues
 * what follows in the same transaction. Safe to repeat: known places are not added twice.
 */
export async function recordSighting(sighting: Sighting, ports: RecordSightingPorts): Promise<void> {
  const { home, finding, occurrences } = sighting;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const known = await ports.incidents.byFingerprint(home.installationId, finding.fingerprint);
    const incident = known
      ? withOccurrences(known, occurrences)
      : openIncident({ id: ports.newId(), home, finding, occurrences });
    if ((await ports.incidents.save(incident, known, [syncIssue(incident)])) === "saved") return;
  }
  throw new Error(
    `the incident of a finding was changed by others ${attempts} times in a row; the job will be tried again`,
  );
}

const syncIssue = ({ id, installationId }: Incident): Job => ({
  name: "sync-issue",
  data: { installationId, incidentId: id },
});
