import type { ChangeSource } from "../core/change/change.ts";
import { isMarked, type ChangeFinding } from "../core/verdict/verdict.ts";
import type { RaiseIncidentData } from "./ports/jobs.ts";
import type { ScanStore } from "./ports/scan-store.ts";
import type { Clock, Logger } from "./ports/system.ts";
import { occurrencesOf } from "./occurrences-of.ts";
import { raiseSighting, type RaiseSightingPorts } from "./raise-sighting.ts";

export type RaiseIncidentPorts = RaiseSightingPorts & {
  readonly scans: ScanStore;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Opens or extends the incident of one fingerprint of a judged change. What was there before the change opens one where there is none,
 * and is no news to one that is there. What is suppressed opens
 * none. Safe to repeat.
 */
export async function raiseIncident(data: RaiseIncidentData, ports: RaiseIncidentPorts): Promise<void> {
  const raised = await findingsOf(data, ports);
  const [first] = raised;
  if (!first) {
    ports.log.info("nothing to raise: the judgement was replaced meanwhile", {
      repo: data.head.repo.repoId,
      head: data.head.sha,
    });
    return;
  }
  const { repo } = data.head;
  const { installationId } = repo;
  const { fingerprint } = data;
  const incident = await ports.incidents.byFingerprint(installationId, fingerprint);
  const isNews = raised.some(({ known }) => !known);
  if (incident && !isNews) return;
  const occurrences = raised.flatMap((one) => occurrencesOf(one, repo.repoId, one.source, ports.clock()));
  const sighting = { home: repo, finding: first.finding, occurrences };
  if ((await raiseSighting(sighting, ports)) === "suppressed")
    ports.log.info("nothing to raise: the secret is suppressed", { repo: repo.repoId, head: data.head.sha });
}

/** A finding, and what was asked about when it was found. */
type Raised = ChangeFinding & { readonly source: ChangeSource; readonly known: boolean };

async function findingsOf(data: RaiseIncidentData, ports: RaiseIncidentPorts): Promise<Raised[]> {
  const records = await ports.scans.scopesOf(data.head);
  return records
    .filter(({ scope }) => scope === data.scope)
    .flatMap(({ result, source }) => {
      if (result.state !== "done") return [];
      const { blocking, known } = result.verdict;
      return [
        ...blocking.map((one) => ({ ...one, source, known: false })),
        ...known.filter((one) => !isMarked(one)).map((one) => ({ ...one, source, known: true })),
      ];
    })
    .filter(({ finding }) => finding.fingerprint === data.fingerprint);
}
