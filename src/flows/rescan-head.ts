import { changeKey, type Change } from "../core/change/change.ts";
import type { CheckRuns, Head } from "./ports/check-runs.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { ScanStore } from "./ports/scan-store.ts";
import type { Logger } from "./ports/system.ts";

export type RescanPorts = {
  readonly scans: ScanStore;
  readonly checkRuns: CheckRuns;
  readonly queue: JobQueue;
  readonly log: Logger;
};

/**
 * Judges a head again, as somebody asked for: every question about it that is known. Its check says "in progress" at once. Safe to
 * repeat: what is queued already is not queued twice.
 */
export async function rescanHead(head: Head, { scans, checkRuns, queue, log }: RescanPorts): Promise<void> {
  const records = await scans.scopesOf(head);
  const about = { repo: head.repo.repoId, head: head.sha };
  if (records.length === 0) {
    log.info("a check was asked for again that was never begun; its push or pull request brings it", about);
    return;
  }
  // Before the new check is there, so that it is concluded with what is known even if the scans never come.
  await scans.untold(head);
  await checkRuns.begin(head, { reopen: true });
  for (const { source } of records) {
    const change: Change = { repo: head.repo, head: head.sha, source };
    await queue.enqueue({ name: "scan-change", data: { change } }, changeKey(change));
  }
  log.info("a head is judged again, as asked for", { ...about, scopes: records.length });
}
