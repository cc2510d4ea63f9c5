import { commitMessagePath } from "../core/change/change.ts";
import type { Occurrence } from "../core/incident/occurrence.ts";
import type { ChangeFinding } from "../core/verdict/verdict.ts";
import type { RaiseIncidentData } from "./ports/jobs.ts";
import type { ScanStore } from "./ports/scan-store.ts";
import type { Clock, Logger } from "./ports/system.ts";
import { recordSighting, type RecordSightingPorts } from "./record-sighting.ts";

export type RaiseIncidentPorts = RecordSightingPorts & {
  readonly scans: ScanStore;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Opens or extends the incident of one fingerprint of a judged change. Safe to repeat. */
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
  const { repo } = data.head;
  const occurrences = findings.flatMap((finding) => occurrencesOf(finding, repo.repoId, ports.clock()));
  await recordSighting({ home: repo, finding: first.finding, occurrences }, ports);
}

async function findingsOf(data: RaiseIncidentData, ports: RaiseIncidentPorts): Promise<ChangeFinding[]> {
  const records = await ports.scans.scopesOf(data.head);
  return records
    .filter(({ scope }) => scope === data.scope)
    .flatMap(({ result }) => (result.state === "done" ? result.verdict.blocking : []))
    .filter(({ finding }) => finding.fingerprint === data.fingerprint);
}

function occurrencesOf({ finding, blob, places }: ChangeFinding, repoId: number, seenAt: string): Occurrence[] {
  const { line } = finding.span;
  return places.map(({ path, commit }) =>
    path === commitMessagePath
      ? { kind: "text", repoId, place: { surface: "commit-message", commit }, line, seenAt }
      : { kind: "code", repoId, commit, blob, path, line, seenAt },
  );
}
