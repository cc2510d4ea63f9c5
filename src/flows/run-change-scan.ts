import type { Change, Commit } from "../core/change/change.ts";
import { baseBranchOf, scopeOf } from "../core/change/change.ts";
import type { RuleChoice } from "../core/scan/rules/own-rules.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import type { Unread, UnreadReason } from "../core/verdict/coverage.ts";
import { planRetry } from "../core/verdict/retry.ts";
import { keywardFilePath } from "../core/config/keyward-config.ts";
import { defaultPolicy, openPolicy } from "../core/verdict/policy.ts";
import { decideVerdict, isMarked, type Verdict } from "../core/verdict/verdict.ts";
import { faultsInConfig } from "./faults-in-config.ts";
import { findKnownBefore, type KnownBeforePorts } from "./find-known-before.ts";
import type { CheckRuns, Head } from "./ports/check-runs.ts";
import type { ChangeReading, ChangeUnavailable, CodeReader } from "./ports/code-reader.ts";
import type { KeywardConfigOf } from "./ports/keyward-config.ts";
import type { PlannedJob, ScanChangeData } from "./ports/jobs.ts";
import type { ScanStore } from "./ports/scan-store.ts";
import type { Clock } from "./ports/system.ts";
import { considered } from "./leave-out.ts";
import { scanBlobs, type ScanBlobsPorts } from "./scan-blobs.ts";

export type ChangeScanPorts = ScanBlobsPorts &
  KnownBeforePorts & {
    readonly reader: CodeReader;
    /** The scanner of an installation, which keys its fingerprints, with the rules of a choice. */
    readonly scannerFor: (installationId: number, rules?: RuleChoice) => KeepableScanner;
    readonly checkRuns: CheckRuns;
    readonly scans: ScanStore;
    readonly configOf: KeywardConfigOf;
    readonly clock: Clock;
  };

/**
 * Judges a change: marks the head as being looked at, reads every new commit and blob, scans, decides, and stores the verdict
 * together with the jobs that publish it, raise its incidents, and try again later what could not be read. Safe to repeat at any
 * point.
 */
export async function runChangeScan(scan: ScanChangeData, ports: ChangeScanPorts, signal: AbortSignal): Promise<void> {
  const { change } = scan;
  const head: Head = { repo: change.repo, sha: change.head };
  if (await isOvertaken(scan, head, ports)) return;
  await markRunning(change, head, ports);
  const opened = await ports.reader.openChange(change, signal);
  if (opened.kind === "unavailable") {
    const { reason, detail } = opened;
    const unread: Unread = { path: "", commit: change.head, reason: unreadFor[reason], detail };
    await finish(scan, head, incompleteVerdict(unread), [], ports);
    return;
  }
  const verdict = await judge(change, opened, ports, signal);
  await finish(scan, head, verdict, opened.commits, ports);
}

/** Scans and decides, by the configuration of the branch the change is for: the change itself has no say in it. */
async function judge(
  change: Change,
  opened: ChangeReading,
  ports: ChangeScanPorts,
  signal: AbortSignal,
): Promise<Verdict> {
  const { policy, rules, notices } = await ports.configOf(change.repo, baseBranchOf(change));
  const { reading, leftOut, broughtTo } = considered(opened, openPolicy(policy), [keywardFilePath]);
  const scanner = ports.scannerFor(change.repo.installationId, rules);
  const { findings, coverage } = await scanBlobs(change.repo, reading, scanner, ports, signal);
  const before = await findKnownBefore(change, opened.commits, findings, scanner, ports, signal);
  const out = leftOut();
  const all = { ...coverage, commits: opened.commits.length, ...(out.length > 0 && { leftOut: out }) };
  const verdict = decideVerdict(findings, all, policy, before);
  const faults = await faultsInConfig(change.repo, broughtTo(keywardFilePath), ports.readBlob, signal);
  return notices.length + faults.length === 0 ? verdict : { ...verdict, configuration: { notices, faults } };
}

/** That git is not shown a repository is no proof that it is gone: where it is, publishing the verdict will find so. */
const unreadFor: Readonly<Record<ChangeUnavailable["reason"], UnreadReason>> = {
  "repository-gone": "unavailable",
  "commit-gone": "missing-object",
  timeout: "timeout",
};

/** A retry is in vain when somebody asked for the scan meanwhile, and when there is nothing left to judge. */
async function isOvertaken({ change, retry }: ScanChangeData, head: Head, ports: ChangeScanPorts): Promise<boolean> {
  if (retry === undefined) return false;
  const records = await ports.scans.scopesOf(head);
  const result = records.find(({ scope }) => scope === scopeOf(change.source))?.result;
  const awaited =
    result?.state === "running" ||
    (result?.state === "done" && result.retry?.kind === "planned" && result.retry.number === retry);
  if (!awaited) ports.log.info("a retry is no longer needed", { ...idsOf(change), retry });
  return !awaited;
}

/**
 * Concludes a change whose scan failed for good, so that its check never stays in progress: the verdict is incomplete and says why.
 */
export async function concludeFailedScan(
  scan: ScanChangeData,
  detail: string,
  ports: Pick<ChangeScanPorts, "scans" | "clock" | "log">,
): Promise<void> {
  const { change } = scan;
  const unread: Unread = { path: "", commit: change.head, reason: "internal-error", detail };
  const head: Head = { repo: change.repo, sha: change.head };
  await finish(scan, head, incompleteVerdict(unread), [], ports);
}

/** A head whose check already says "pass" must say "in progress" again while a new question about it is open. */
async function markRunning(change: Change, head: Head, ports: ChangeScanPorts): Promise<void> {
  const scope = scopeOf(change.source);
  const before = await ports.scans.scopesOf(head);
  const known = before.some((record) => record.scope === scope);
  const passed = before.every(({ result }) => result.state === "done" && result.verdict.outcome === "pass");
  await ports.scans.begin(change);
  await ports.checkRuns.begin(head, { reopen: !known && before.length > 0 && passed });
}

async function finish(
  { change, retry: tried = 0 }: ScanChangeData,
  head: Head,
  verdict: Verdict,
  commits: readonly Commit[],
  ports: Pick<ChangeScanPorts, "scans" | "clock" | "log">,
): Promise<void> {
  const scope = scopeOf(change.source);
  const followed = [...verdict.blocking, ...verdict.known.filter((found) => !isMarked(found))];
  const fingerprints = new Set(followed.map(({ finding }) => finding.fingerprint));
  const retry = planRetry(verdict, tried, ports.clock());
  const jobs: PlannedJob[] = [
    { name: "publish-verdict", data: { head } },
    ...[...fingerprints].map((fingerprint): PlannedJob => ({
      name: "raise-incident",
      data: { head, scope, fingerprint },
    })),
  ];
  if (retry?.kind === "planned")
    jobs.push({ name: "scan-change", data: { change, retry: retry.number }, notBefore: retry.at });
  const dated = commits.map(({ sha, committedAt }) => ({ sha, committedAt }));
  await ports.scans.finish(change, { state: "done", verdict, commits: dated, retry }, jobs);
  ports.log.info("change judged", {
    ...idsOf(change),
    outcome: verdict.outcome,
    findings: verdict.blocking.length,
    notices: verdict.notices.length,
    known: verdict.known.length,
    commits: verdict.coverage.commits,
    blobs: verdict.coverage.blobs,
    bytes: verdict.coverage.bytes,
    submodules: verdict.coverage.submodules,
    unread: verdict.coverage.unread.length,
    ...(retry && { retry: retry.kind, tried }),
  });
}

function incompleteVerdict(unread: Unread): Verdict {
  return decideVerdict([], { commits: 0, blobs: 0, bytes: 0, submodules: 0, unread: [unread] }, defaultPolicy);
}

const idsOf = (change: Change): Record<string, unknown> => ({
  installation: change.repo.installationId,
  repo: change.repo.repoId,
  head: change.head,
  scope: scopeOf(change.source),
});
