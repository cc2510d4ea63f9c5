import type { RepoRef } from "../core/change/change.ts";
import type { Verdict } from "../core/verdict/verdict.ts";
import { syncSuppressions, type SyncPorts } from "./sync-suppressions.ts";
import { reportOf, type ReportPorts } from "./head-report.ts";
import type { CheckReport, CheckRuns, Head } from "./ports/check-runs.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { ScanRecord } from "./ports/scan-store.ts";
import type { Logger } from "./ports/system.ts";

export type PublishPorts = ReportPorts &
  SyncPorts & {
    readonly queue: JobQueue;
    /** Whether pull requests of a repository get a comment beside the check. */
    readonly wantsPullComments: (repo: RepoRef) => Promise<boolean>;
    readonly checkRuns: CheckRuns;
    readonly log: Logger;
  };

/**
 * Concludes the check run of a head with the combined verdict of all its scopes. While one of them is still running it does
 * nothing: that one publishes when it ends. Safe to repeat, and repeated when something about a secret is decided.
 */
export async function publishVerdict(head: Head, ports: PublishPorts): Promise<void> {
  const records = await ports.scans.scopesOf(head);
  // What the configuration suppresses is looked up where something was found, and only there.
  if (records.some(({ result }) => result.state === "done" && hasFindings(result.verdict)))
    await syncSuppressions(head.repo, ports, new AbortController().signal);
  const report = await notedReportOf(head, records, ports);
  if (!report) return;
  const checkRunId = await ports.checkRuns.begin(head, { reopen: false });
  await ports.checkRuns.complete(head, checkRunId, report);
  await ports.scans.told(records);
  const pulls = records.flatMap(({ source }) => (source.kind === "pull-request" ? [source.number] : []));
  if (pulls.length > 0 && (await ports.wantsPullComments(head.repo)))
    for (const number of new Set(pulls)) await commentOn(head, number, ports);
  const { outcome } = report.verdict;
  ports.log.info("verdict published", { repo: head.repo.repoId, head: head.sha, outcome, checkRunId });
}

/**
 * What is to be said, after it was noted which secrets it lets pass. What is decided about one meanwhile either finds that note, and has
 * the head told anew, or is seen here.
 */
async function notedReportOf(
  head: Head,
  records: readonly ScanRecord[],
  ports: PublishPorts,
): Promise<CheckReport | null> {
  const noted = new Set<string>();
  for (;;) {
    const report = await reportOf(head, records, ports);
    const eased = report?.suppressed.map(({ found }) => found.finding.fingerprint) ?? [];
    if (eased.every((one) => noted.has(one))) return report;
    await ports.scans.eased(head, eased);
    for (const one of eased) noted.add(one);
  }
}

const hasFindings = ({ blocking, notices }: Verdict): boolean => blocking.length + notices.length > 0;

async function commentOn({ repo }: Head, number: number, { queue }: PublishPorts): Promise<void> {
  await queue.enqueue({ name: "sync-pull-comment", data: { repo, number } }, `${repo.repoId}:${number}`);
}
