import { changeKey, retryKey } from "../core/change/change.ts";
import { errorKind } from "../core/errors/error-kind.ts";
import { mostRetries } from "../core/verdict/retry.ts";
import type { JobQueue, LivingJobs } from "./ports/jobs.ts";
import type { ScanStore, Unfinished } from "./ports/scan-store.ts";
import type { Logger } from "./ports/system.ts";

export type SweepPorts = {
  readonly scans: ScanStore;
  readonly queue: JobQueue & { readonly living: LivingJobs };
  readonly log: Logger;
};

/** What is left alone for so long may have lost its job; what has one is let be. */
const patienceSeconds = 10 * 60;

/**
 * Sees to verdicts that stay out because what should have brought them was lost: a scope that runs without a job is scanned again, a
 * judgement that GitHub was never told of is published, a retry that did not come is made. Safe to repeat.
 */
export async function sweepVerdicts(ports: SweepPorts): Promise<void> {
  const unfinished = await ports.scans.unfinished(patienceSeconds);
  const failures = [
    ...(await scanAgain(unfinished.running, ports)),
    ...(await tell(unfinished.untold, ports)),
    ...(await retry(unfinished.overdue, ports)),
  ];
  if (failures.length > 0)
    throw new Error(`${failures.length} unfinished verdicts could not be seen to`, { cause: failures[0] });
}

async function scanAgain(changes: Unfinished["running"], { queue, log }: SweepPorts): Promise<unknown[]> {
  const retries = Array.from({ length: mostRetries }, (_, index) => index + 1);
  const keysOf = (change: Unfinished["running"][number]): string[] => [
    changeKey(change),
    ...retries.map((retry) => retryKey(change, retry)),
  ];
  const living = await queue.living("scan-change", changes.flatMap(keysOf));
  const lost = changes.filter((change) => !keysOf(change).some((key) => living.has(key)));
  return eachOf(
    lost,
    async (change) => {
      const outcome = await queue.enqueue({ name: "scan-change", data: { change } }, changeKey(change));
      log.warn("a scan had been lost and is queued again", { repo: change.repo.repoId, head: change.head, outcome });
    },
    log,
  );
}

async function retry(scans: Unfinished["overdue"], { queue, log }: SweepPorts): Promise<unknown[]> {
  const keyOf = ({ change, retry }: Unfinished["overdue"][number]): string => retryKey(change, retry);
  const living = await queue.living("scan-change", scans.map(keyOf));
  return eachOf(
    scans.filter((scan) => !living.has(keyOf(scan))),
    async (scan) => {
      const outcome = await queue.enqueue({ name: "scan-change", data: scan }, keyOf(scan));
      const { repo, head } = scan.change;
      log.warn("a retry had been lost and is queued again", { repo: repo.repoId, head, retry: scan.retry, outcome });
    },
    log,
  );
}

async function tell(heads: Unfinished["untold"], { queue, log }: SweepPorts): Promise<unknown[]> {
  const keyOf = ({ repo, sha }: Unfinished["untold"][number]): string => `${repo.repoId}:${sha}`;
  const living = await queue.living("publish-verdict", heads.map(keyOf));
  const lost = heads.filter((head) => !living.has(keyOf(head)));
  return eachOf(
    lost,
    async (head) => {
      const outcome = await queue.enqueue({ name: "publish-verdict", data: { head } }, keyOf(head));
      log.warn("a verdict had not been published and is queued again", {
        repo: head.repo.repoId,
        head: head.sha,
        outcome,
      });
    },
    log,
  );
}

/** One that fails does not hold up the others. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>, log: Logger): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (cause) {
      failures.push(cause);
      log.error("an unfinished verdict could not be seen to", errorKind(cause));
    }
  }
  return failures;
}
