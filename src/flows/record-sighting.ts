import type { RepoRef } from "../core/change/change.ts";
import { drillOf } from "../core/incident/drill.ts";
import { openIncident } from "../core/incident/incident.ts";
import type { Occurrence } from "../core/incident/occurrence.ts";
import type { Pushed } from "../core/incident/pushed.ts";
import type { Finding } from "../core/scan/finding.ts";
import type { Incident } from "../core/incident/incident.ts";
import type { Job } from "./ports/jobs.ts";
import { applyAll, jobsOf, type RecordPorts } from "./record-events.ts";

export type RecordSightingPorts = RecordPorts & {
  /** A new unique id. */
  readonly newId: () => string;
  /** What follows from places where a secret was seen, to be queued with them; nothing without it. */
  readonly notingFindings?: (incident: Incident, before: Incident | null, inHistory: boolean) => readonly Job[];
};

/** A secret that was seen, and where. `occurrences` must not be empty. */
export type Sighting = {
  readonly home: RepoRef;
  readonly finding: Finding;
  readonly occurrences: readonly Occurrence[];
  /** The push in which it was seen, if it was in one. */
  readonly pushed?: Pushed;
  /** It was found where it stood all along: an incident that is over stays so. */
  readonly inHistory?: true;
};

/** How often a save is tried again when another worker was faster; each round starts from what that worker stored. */
const attempts = 8;

/**
 * One secret, one incident: opens the incident of the finding's fingerprint, or adds the places where it was seen now, and queues
 * what follows in the same transaction. Safe to repeat: known places are not added twice.
 */
export async function recordSighting(sighting: Sighting, ports: RecordSightingPorts): Promise<void> {
  const { home, finding, occurrences, pushed, inHistory } = sighting;
  const seen = { kind: "seenAgain", occurrences, ...(pushed && { pushed }), ...(inHistory && { inHistory }) } as const;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const known = await ports.incidents.byFingerprint(home.installationId, finding.fingerprint);
    const now = ports.clock();
    const change = known ? applyAll(known, [seen], now) : opened(sighting, ports.newId(), now);
    if (change.entries.length === 0) return;
    const { incident, effects, entries } = change;
    const noting = ports.notingFindings?.(incident, known, inHistory === true) ?? [];
    const jobs = [...jobsOf(incident, effects), ...noting];
    if ((await ports.incidents.save(incident, known, jobs, entries)) === "saved") return;
  }
  throw new Error(
    `the incident of a finding was changed by others ${attempts} times in a row; the job will be tried again`,
  );
}

function opened(sighting: Sighting, id: string, now: string): ReturnType<typeof applyAll> {
  const drill = drillOf(sighting.finding, sighting.occurrences);
  const incident = openIncident({ id, ...sighting, ...(drill && { drill }) });
  return applyAll(incident, [{ kind: "opened", drill }], now);
}
