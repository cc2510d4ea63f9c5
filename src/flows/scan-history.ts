import type { RepoRef } from "../core/change/change.ts";
import { afterPart, nothingRead, type PartCoverage } from "../core/history/history.ts";
import type { RuleChoice } from "../core/scan/rules/own-rules.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import { openPolicy, type Policy } from "../core/verdict/policy.ts";
import { decideVerdict, isMarked, type ChangeFinding } from "../core/verdict/verdict.ts";
import { considered } from "./leave-out.ts";
import type { ScanHistory, TellHistory } from "./ports/histories.ts";
import type { HistoryPart, HistoryReader, OpenedHistory } from "./ports/history-reader.ts";
import type { HistoryStore, StoredHistory } from "./ports/history-store.ts";
import type { KeywardConfigOf } from "./ports/keyward-config.ts";
import type { Clock } from "./ports/system.ts";
import { occurrencesOf } from "./occurrences-of.ts";
import { raiseSighting, type RaiseSightingPorts } from "./raise-sighting.ts";
import { scanBlobs, type ScanBlobsPorts } from "./scan-blobs.ts";
import { syncSuppressions, type SyncPorts } from "./sync-suppressions.ts";

export type ScanHistoryPorts = ScanBlobsPorts &
  RaiseSightingPorts &
  SyncPorts & {
    readonly histories: HistoryStore;
    readonly historyReader: HistoryReader;
    readonly scannerFor: (installationId: number, rules?: RuleChoice) => KeepableScanner;
    readonly tellHistory: TellHistory;
    readonly configOf: KeywardConfigOf;
    readonly clock: Clock;
  };

/** How long one job reads before others of the installation have their turn. */
const turnMs = 60_000;
/** How often people are told how far it is. */
const tellEveryMs = 60_000;

/**
 * Reads on in a history for a while: a part at a time, of which incidents are recorded and which is then noted as done. It goes on
 * in another job, from where it was, also after a crash. Blocks nothing. Safe to repeat.
 */
export async function scanHistory(
  { repoId }: ScanHistory["data"],
  ports: ScanHistoryPorts,
  signal: AbortSignal,
): Promise<void> {
  const history = await ports.histories.of(repoId);
  if (history?.state !== "waiting" && history?.state !== "running") return;
  const { policy, rules } = await ports.configOf(history.repo);
  const scanner = ports.scannerFor(history.repo.installationId, rules);
  // Another release goes on with what another one began: from the beginning.
  const begun = history.scanner === scanner.identity;
  const opened = await ports.historyReader.openHistory(history.repo, begun ? history.tips : null, signal);
  switch (opened.kind) {
    case "unavailable": {
      const unread = [{ path: "", reason: "unavailable", detail: opened.detail } as const];
      const progress = afterPart(history.progress, history.progress.done, { ...nothingRead, unread }, []);
      await conclude({ ...history, progress }, "failed", ports);
      return;
    }
    case "empty":
      await conclude({ ...history, scanner: scanner.identity }, "done", ports);
      return;
    case "open": {
      const { head, tips, commits } = opened;
      const lost = { ...nothingRead, unread: opened.lost };
      const progress = begun ? history.progress : afterPart({ ...nothingRead, commits }, 0, lost, []);
      const started = {
        ...history,
        state: "running",
        scanner: scanner.identity,
        tips: { head, tips },
        progress,
      } as const;
      if (!begun) {
        // What need not be followed is known before anything is found.
        await syncSuppressions(history.repo, ports, signal);
        if (!(await ports.histories.change(history, started))) return;
      }
      await readOn(started, opened, { scanner, policy }, ports, signal);
    }
  }
}

/** By which rules it is read, and what of it counts. */
type ReadBy = { readonly scanner: KeepableScanner; readonly policy: Policy };

async function readOn(
  history: StoredHistory,
  opened: OpenedHistory,
  by: ReadBy,
  ports: ScanHistoryPorts,
  signal: AbortSignal,
): Promise<void> {
  const { repo, reason } = history;
  const start = Date.parse(ports.clock());
  let { progress } = history;
  let toldAt = history.toldAt;
  for await (const part of opened.partsFrom(progress.done)) {
    const { coverage, fingerprints } = await readPart(repo, part, by, ports, signal);
    progress = afterPart(progress, part.done, coverage, fingerprints);
    if (part.done === opened.commits) break;
    const now = Date.parse(ports.clock());
    const isOver = now - start >= turnMs;
    const next = { installationId: repo.installationId, repoId: repo.repoId, reason };
    const jobs = isOver ? [{ name: "scan-history", data: next } as const] : [];
    if (toldAt === null || now - Date.parse(toldAt) >= tellEveryMs) {
      toldAt = ports.clock();
      await tell({ ...history, progress, toldAt }, ports);
    }
    if (!(await ports.histories.change(history, { progress, toldAt }, jobs))) return;
    if (isOver) return;
  }
  await conclude({ ...history, progress, toldAt }, "done", ports);
}

async function readPart(
  repo: RepoRef,
  part: HistoryPart,
  { scanner, policy }: ReadBy,
  ports: ScanHistoryPorts,
  signal: AbortSignal,
): Promise<{
  readonly coverage: PartCoverage;
  readonly fingerprints: Iterable<string>;
}> {
  const { reading, leftOut } = considered(part, openPolicy(policy), []);
  const { findings, coverage } = await scanBlobs(repo, reading, scanner, ports, signal);
  const { blocking } = decideVerdict(findings, { ...coverage, commits: 0 }, policy);
  const secrets = Map.groupBy(blocking.filter(isMeant), ({ finding }) => finding.fingerprint);
  for (const found of secrets.values()) await record(repo, found, ports);
  const out = leftOut().reduce((sum, { files }) => sum + files, 0);
  return { coverage: { ...coverage, leftOut: out }, fingerprints: secrets.keys() };
}

/** A mark counts where it stands on the default branch now: that went through whatever protects the branch. */
const isMeant = (found: ChangeFinding): boolean => !isMarked(found) || !found.places.some(({ atHead }) => atHead);

async function record(repo: RepoRef, found: readonly ChangeFinding[], ports: ScanHistoryPorts): Promise<void> {
  const [first] = found;
  if (!first) return;
  const occurrences = found.flatMap((one) => occurrencesOf(one, repo.repoId, null, ports.clock()));
  await raiseSighting({ home: repo, finding: first.finding, occurrences, inHistory: true }, ports);
}

/** Ends the reading, well or not. */
async function conclude(history: StoredHistory, state: "done" | "failed", ports: ScanHistoryPorts): Promise<void> {
  const { repo, progress, scanner } = history;
  const toldAt = ports.clock();
  const told = await tell({ ...history, state, toldAt }, ports);
  await ports.histories.change(history, { state, scanner, progress, toldAt: told ? toldAt : null });
  const { commits, done, blobs, bytes, unread, fingerprints } = progress;
  const counts = { commits, done, blobs, bytes, unread, findings: fingerprints.length };
  ports.log.info(`the history of a repository is ${state === "done" ? "read" : "not read"}`, {
    installation: repo.installationId,
    repo: repo.repoId,
    reason: history.reason,
    ...counts,
  });
}

async function tell(history: StoredHistory, { tellHistory }: ScanHistoryPorts): Promise<boolean> {
  const sha = history.tips?.head ?? null;
  return sha === null ? false : tellHistory({ repo: history.repo, sha }, history);
}

/** Concludes a history whose reading failed for good; it is tried again with the next review. */
export async function concludeFailedHistory(
  { repoId }: ScanHistory["data"],
  detail: string,
  ports: ScanHistoryPorts,
): Promise<void> {
  const stored = await ports.histories.of(repoId);
  if (!stored || stored.state === "done") return;
  const unread = [{ path: "", reason: "internal-error", detail } as const];
  const progress = afterPart(stored.progress, stored.progress.done, { ...nothingRead, unread }, []);
  await conclude({ ...stored, progress }, "failed", ports);
}
