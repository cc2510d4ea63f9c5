import { commitMessagePath, isMessagePath, tagMessagePath, type Place, type RepoRef } from "../core/change/change.ts";
import { atPath, withoutPath, type PathFree } from "../core/scan/kept-scan.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import type { Unread } from "../core/verdict/coverage.ts";
import type { ChangeFinding, Verdict } from "../core/verdict/verdict.ts";
import type { ChangeReading, ReadBlob } from "./ports/code-reader.ts";
import type { ScanMemory } from "./ports/scan-memory.ts";
import type { Logger } from "./ports/system.ts";
import { openRememberedScans, type RememberedScans } from "./remembered-scans.ts";

export type ScanBlobsPorts = { readonly memory: ScanMemory; readonly log: Logger };

/** What the blobs of a change say, and what of them was read. */
export type Scanned = {
  readonly findings: readonly ChangeFinding[];
  readonly coverage: Omit<Verdict["coverage"], "commits">;
};

/**
 * Scans everything a reading gives. What this scanner has answered before, at the same kind of place, is not read again; a blob at
 * many places is scanned once for each kind of them. The answer is the same as without a memory.
 */
export async function scanBlobs(
  repo: RepoRef,
  reading: Pick<ChangeReading, "blobs" | "blobsBut" | "submodules">,
  scanner: KeepableScanner,
  { memory, log }: ScanBlobsPorts,
  signal: AbortSignal,
): Promise<Scanned> {
  const findings: ChangeFinding[] = [];
  const unread: Unread[] = [];
  let blobs = 0;
  let bytes = 0;
  const remembered = openRememberedScans(repo, scanner, memory);
  for await (const read of reading.blobsBut?.(remembered.whatIsKnown) ?? reading.blobs) {
    signal.throwIfAborted();
    if (read.kind === "unread") {
      unread.push(read.unread);
      continue;
    }
    const blob = read.kind === "message" ? messageAsBlob(read) : read;
    const said = blob.kind === "known" ? recallBlob(blob, remembered) : await scanBlob(blob, scanner, remembered, log);
    if (!isMessagePath(blob.places[0]?.path ?? "")) blobs += 1;
    bytes += said.bytes;
    findings.push(...said.findings);
    unread.push(...said.unread);
  }
  await remembered.close();
  return { findings, coverage: { blobs, bytes, unread, submodules: reading.submodules } };
}

type BlobOf<Kind extends ReadBlob["kind"]> = Extract<ReadBlob, { readonly kind: Kind }>;

/** A message stays for as long as its commit or tag does: nothing takes it away again. */
function messageAsBlob({ of, sha, bytes }: BlobOf<"message">): BlobOf<"read"> {
  const path = of === "tag" ? tagMessagePath : commitMessagePath;
  return { kind: "read", sha, bytes, places: [{ path, commit: sha, atHead: true }] };
}

/** What one blob says, at all its places. */
type BlobScan = { readonly findings: ChangeFinding[]; readonly unread: Unread[]; readonly bytes: number };

function recallBlob({ sha, places }: BlobOf<"known">, remembered: RememberedScans): BlobScan {
  const answers = remembered.take(sha);
  const [first] = answers.values();
  const scan: BlobScan = { findings: [], unread: [], bytes: first?.bytes ?? 0 };
  for (const [path, at] of Map.groupBy(places, ({ path }) => path)) {
    const answer = answers.get(path);
    if (answer === undefined) throw new Error(`Expected an answer about each place of ${sha}.`);
    add(scan, atPath(answer.said, path), sha, at);
  }
  return scan;
}

/**
 * Scans one blob under one path of each kind it stands at, as path rules and the kind of file have a say. A blob that makes the scanner
 * throw costs its own verdict, not the change's.
 */
async function scanBlob(
  { sha, bytes, places }: BlobOf<"read">,
  scanner: KeepableScanner,
  remembered: RememberedScans,
  log: Logger,
): Promise<BlobScan> {
  const scan: BlobScan = { findings: [], unread: [], bytes: bytes.length };
  const saidAt = new Map<string, PathFree>();
  for (const [path, at] of Map.groupBy(places, ({ path }) => path)) {
    const kind = remembered.kindOf(path);
    const known = saidAt.get(kind);
    if (known !== undefined) {
      add(scan, atPath(known, path), sha, at);
      continue;
    }
    try {
      const { matches, gaps, hangsOnPath = false } = await scanner.scan({ path, bytes });
      const outcome = { findings: matches.map(({ finding }) => finding), gaps };
      add(scan, outcome, sha, at);
      const said = withoutPath(outcome, path);
      if (said === null) continue;
      if (!hangsOnPath) saidAt.set(kind, said);
      await remembered.keep(sha, path, { said, bytes: bytes.length, hangsOnPath });
    } catch (cause) {
      // Only the error's name: its message could quote what it choked on.
      log.error("the scanner failed on a blob", { blob: sha, error: cause instanceof Error ? cause.name : "unknown" });
      const detail = "The scanner failed on this file; the server's log has the blob id. Please report it.";
      scan.unread.push({ path, commit: at[0]?.commit ?? "", reason: "internal-error", detail });
    }
  }
  return scan;
}

function add(scan: BlobScan, { findings, gaps }: PathFree, blob: string, places: readonly Place[]): void {
  scan.findings.push(...findings.map((finding) => ({ finding, blob, places })));
  scan.unread.push(...gaps.map((gap) => ({ ...gap, commit: places[0]?.commit ?? "" })));
}
