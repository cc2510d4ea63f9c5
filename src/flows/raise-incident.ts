import { commitMessagePath, tagMessagePath, type ChangeSource, type Place } from "../core/change/change.ts";
import type { Occurrence, TextPlace } from "../core/incident/occurrence.ts";
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
  const occurrences = raised.flatMap((one) => occurrencesOf(one, repo.repoId, ports.clock()));
  await recordSighting({ home: repo, finding: first.finding, occurrences }, ports);
}

/** A finding, and what was asked about when it was found. */
type Raised = ChangeFinding & { readonly source: ChangeSource };

async function findingsOf(data: RaiseIncidentData, ports: RaiseIncidentPorts): Promise<Raised[]> {
  const records = await ports.scans.scopesOf(data.head);
  return records
    .filter(({ scope }) => scope === data.scope)
    .flatMap(({ result, source }) =>
      result.state === "done" ? result.verdict.blocking.map((one) => ({ ...one, source })) : [],
    )
    .filter(({ finding }) => finding.fingerprint === data.fingerprint);
}

function occurrencesOf({ finding, blob, places, source }: Raised, repoId: number, seenAt: string): Occurrence[] {
  const { line } = finding.span;
  return places.map((at) => {
    const place = messageAt(at, source);
    if (place) return { kind: "text", repoId, place, line, seenAt };
    return { kind: "code", repoId, commit: at.commit, blob, path: at.path, line, seenAt };
  });
}

function messageAt({ path, commit }: Place, source: ChangeSource): TextPlace | null {
  if (path === commitMessagePath) return { surface: "commit-message", commit };
  if (path !== tagMessagePath) return null;
  const tag = source.kind === "push" ? source.ref.replace(/^refs\/tags\//, "") : commit;
  return { surface: "tag-message", tag, object: commit };
}
