import type { Incident } from "../core/incident/incident.ts";
import { isAt } from "../core/incident/occurrence.ts";
import { judgeAgain, type DeadKey } from "../core/suppression/judge-again.ts";
import { suppressionsIn } from "../core/suppression/suppression.ts";
import { combineVerdicts, type ScopeVerdict } from "../core/verdict/combine.ts";
import { nextRetry } from "../core/verdict/retry.ts";
import type { ChangeFinding } from "../core/verdict/verdict.ts";
import type { CheckReport, Head } from "./ports/check-runs.ts";
import type { IncidentStore } from "./ports/incident-store.ts";
import type { ScanRecord, ScanStore } from "./ports/scan-store.ts";
import type { SuppressionStore } from "./ports/suppressions.ts";
import type { Clock } from "./ports/system.ts";

export type ReportPorts = {
  readonly scans: ScanStore;
  readonly incidents: IncidentStore;
  readonly suppressions: SuppressionStore;
  readonly issueUrl: (incident: { readonly owner: string; readonly name: string }, issueNumber: number) => string;
  readonly clock: Clock;
};

/**
 * Everything that is to be said about a head now: what its scopes found, without what is suppressed. Null while one of them is still
 * running, or if there are none.
 */
export const headReport = async (head: Head, ports: ReportPorts): Promise<CheckReport | null> =>
  reportOf(head, await ports.scans.scopesOf(head), ports);

/** The same from records that were read. */
export async function reportOf(
  head: Head,
  records: readonly ScanRecord[],
  ports: ReportPorts,
): Promise<CheckReport | null> {
  const done = records.flatMap(doneScope);
  const [first, ...others] = done;
  if (!first || done.length < records.length) return null;
  const { repoId, installationId } = head.repo;
  const found = combineVerdicts(first, ...others);
  const fingerprints = new Set([...found.blocking, ...found.notices].map(({ finding }) => finding.fingerprint));
  const suppressions = suppressionsIn(await ports.suppressions.about(installationId, [...fingerprints]));
  const incidents = await ports.incidents.byFingerprints(installationId, [
    ...fingerprints,
    ...found.known.map(({ finding }) => finding.fingerprint),
  ]);
  const deadKeyOf = deadKeysOf(incidents, repoId);
  const judged = judgeAgain(found, suppressions, deadKeyOf, repoId, ports.clock());
  const commits = new Map(done.flatMap((scope) => scope.commits.map((commit) => [commit.sha, commit] as const)));
  return {
    ...judged,
    commits: [...commits.values()],
    issues: issuesOf(incidents, ports),
    retry: judged.verdict.outcome === "incomplete" ? nextRetry(done.map(({ retry }) => retry)) : null,
  };
}

type DoneScope = Extract<ScanRecord["result"], { state: "done" }> & ScopeVerdict;

const doneScope = ({ result }: ScanRecord): DoneScope[] => (result.state === "done" ? [result] : []);

/**
 * What closed incidents say of the findings of a repository. Only of places that they know: where one stands that was not seen when
 * the incident was closed, somebody pushed it again, and the incident is about to be open again.
 */
function deadKeysOf(incidents: readonly Incident[], repoId: number): (found: ChangeFinding) => DeadKey | null {
  const closed = new Map(incidents.flatMap((one) => (one.state === "closed" ? [[one.fingerprint, one] as const] : [])));
  return ({ finding, places }) => {
    const incident = closed.get(finding.fingerprint);
    if (!incident?.proof) return null;
    const isKnown = places.every((place) =>
      incident.occurrences.some((occurrence) => isAt(occurrence, repoId, place, finding.span.line)),
    );
    return isKnown ? { state: "dead", at: incident.proof.at, shownBy: incident.proof.kind } : null;
  };
}

function issuesOf(incidents: readonly Incident[], { issueUrl }: Pick<ReportPorts, "issueUrl">): CheckReport["issues"] {
  return new Map(
    incidents.flatMap(({ fingerprint, filing }) =>
      filing?.kind === "issue"
        ? [[fingerprint, { number: filing.number, url: issueUrl(filing.repo, filing.number) }] as const]
        : [],
    ),
  );
}
