import { reportOf, type ReportPorts } from "./head-report.ts";
import type { CheckRuns, Head } from "./ports/check-runs.ts";
import type { Logger } from "./ports/system.ts";

export type PublishPorts = ReportPorts & { readonly checkRuns: CheckRuns; readonly log: Logger };

/**
 * Concludes the check run of a head with the combined verdict of all its scopes. While one of them is still running it does
 * nothing: that one publishes when it ends. Safe to repeat, and repeated when something about a secret is decided.
 */
export async function publishVerdict(head: Head, ports: PublishPorts): Promise<void> {
  const records = await ports.scans.scopesOf(head);
  const report = await reportOf(head, records, ports);
  if (!report) return;
  const checkRunId = await ports.checkRuns.begin(head, { reopen: false });
  await ports.checkRuns.complete(head, checkRunId, report);
  await ports.scans.told(records);
  const { outcome } = report.verdict;
  ports.log.info("verdict published", { repo: head.repo.repoId, head: head.sha, outcome, checkRunId });
}
