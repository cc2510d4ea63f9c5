import { combineVerdicts, type ScopeVerdict } from "../core/verdict/combine.ts";
import { nextRetry } from "../core/verdict/retry.ts";
import type { CheckReport, CheckRuns, Head } from "./ports/check-runs.ts";
import type { IncidentStore } from "./ports/incident-store.ts";
import type { IssueRef } from "./ports/issues.ts";
import type { ScanRecord, ScanStore } from "./ports/scan-store.ts";
import type { Logger } from "./ports/system.ts";

export type PublishPorts = {
  readonly scans: ScanStore;
  readonly incidents: IncidentStore;
  readonly checkRuns: CheckRuns;
  readonly issueUrl: (incident: { readonly owner: string; readonly name: string }, issueNumber: number) => string;
  readonly log: Logger;
};

/**
 * Concludes the check run of a head with the combined verdict of all its scopes. While one of them is still running it does
 * nothing: that one publishes when it ends. Safe to repeat.
 */
export async function publishVerdict(head: Head, ports: PublishPorts): Promise<void> {
  const records = await ports.scans.scopesOf(head);
  const done = records.flatMap(doneScope);
  const [first, ...others] = done;
  if (!first || done.length < records.length) return;
  const verdict = combineVerdicts(first, ...others);
  const commits = new Map(done.flatMap((scope) => scope.commits.map((commit) => [commit.sha, commit] as const)));
  const report: CheckReport = {
    verdict,
    commits: [...commits.values()],
    issues: await issuesOf(head, verdict, ports),
    retry: verdict.outcome === "incomplete" ? nextRetry(done.map(({ retry }) => retry)) : null,
  };
  const checkRunId = await ports.checkRuns.begin(head, { reopen: false });
  await ports.checkRuns.complete(head, checkRunId, report);
  await ports.scans.told(records);
  ports.log.info("verdict published", { repo: head.repo.repoId, head: head.sha, outcome: verdict.outcome, checkRunId });
}

type DoneScope = Extract<ScanRecord["result"], { state: "done" }> & ScopeVerdict;

const doneScope = ({ result }: ScanRecord): DoneScope[] => (result.state === "done" ? [result] : []);

async function issuesOf(
  head: Head,
  { blocking, known }: CheckReport["verdict"],
  ports: PublishPorts,
): Promise<Map<string, IssueRef>> {
  const fingerprints = [...new Set([...blocking, ...known].map(({ finding }) => finding.fingerprint))];
  const incidents = await ports.incidents.byFingerprints(head.repo.installationId, fingerprints);
  return new Map(
    incidents.flatMap(({ fingerprint, filing }) =>
      filing?.kind === "issue"
        ? [[fingerprint, { number: filing.number, url: ports.issueUrl(filing.repo, filing.number) }] as const]
        : [],
    ),
  );
}
