import type { ChangeSource } from "../core/change/change.ts";
import type { Incident } from "../core/incident/incident.ts";
import type { Pushed } from "../core/incident/pushed.ts";
import { isMarked, type ChangeFinding } from "../core/verdict/verdict.ts";
import type { ChangePast } from "./ports/change-past.ts";
import type { RaiseIncidentData } from "./ports/jobs.ts";
import type { ScanStore } from "./ports/scan-store.ts";
import type { Clock, Logger } from "./ports/system.ts";
import { occurrencesOf } from "./occurrences-of.ts";
import { raiseSighting, type RaiseSightingPorts } from "./raise-sighting.ts";

export type RaiseIncidentPorts = RaiseSightingPorts & {
  readonly scans: ScanStore;
  readonly past: Pick<ChangePast, "broughtBy">;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Opens or extends the incident of one fingerprint of a judged change. What was there before the change opens one where there is none,
 * and is no news to one that is there. What is suppressed opens
 * none. Safe to repeat.
 */
export async function raiseIncident(
  data: RaiseIncidentData,
  ports: RaiseIncidentPorts,
  signal: AbortSignal,
): Promise<void> {
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
  const pushed = await pushIn(data, raised, incident, ports, signal);
  const sighting = { home: repo, finding: first.finding, occurrences, ...(pushed && { pushed }) };
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

/** Of branches that a merge queue makes for itself nobody hears. */
const queueBranch = /^gh-readonly-queue\//;

/** The push in which it was seen; null: it was in none. */
async function pushIn(
  { head }: RaiseIncidentData,
  raised: readonly Raised[],
  incident: Incident | null,
  { past }: RaiseIncidentPorts,
  signal: AbortSignal,
): Promise<Pushed | null> {
  const source = raised[0]?.source;
  if (source?.kind !== "push") return null;
  const { repo, sha } = head;
  const commits = [...new Set(raised.flatMap(({ places }) => places.map(({ commit }) => commit)))];
  const name = /^refs\/heads\/(.+)$/s.exec(source.ref)?.[1];
  // Of what is not known yet every push brings something.
  const brought = incident === null ? null : await past.broughtBy({ repo, head: sha, source }, commits, signal);
  return {
    at: source.at ?? null,
    branch: name === undefined || queueBranch.test(name) ? null : { repoId: repo.repoId, name },
    brought: brought === null || brought.size > 0,
  };
}
