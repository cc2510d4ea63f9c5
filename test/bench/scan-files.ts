/** Scans many files on several threads with the reference scanner, Keyward's rules and detectors. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { loadDefaultRules } from "../../src/adapters/files/rule-files.ts";
import type { ConfidenceLevel } from "../../src/core/scan/finding.ts";
import { chooseDetectors } from "../../src/core/scan/generic/choose-detectors.ts";
import { createReferenceScanner } from "../../src/core/scan/reference-scanner.ts";

/** A file to scan: where it lies, and the path by which it is to be judged and reported. */
export type ScanJob = { readonly file: string; readonly path: string };

/** What is kept of a finding: where, which rule, how sure; never the value. */
export type BenchFinding = {
  readonly path: string;
  readonly line: number;
  readonly end_line: number;
  readonly rule: string;
  readonly level: ConfidenceLevel;
  readonly score: number;
};

export type BenchScan = { readonly findings: readonly BenchFinding[]; readonly bytes: number };

const largest = 5_000_000;

/** The files below a folder, with paths relative to it. */
export function jobsBelow(folder: string): readonly ScanJob[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("/.git/"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ file, path: relative(folder, file) }));
}

/** Scans all jobs on two threads. Findings come in no particular order. */
export async function scanFiles(jobs: readonly ScanJob[]): Promise<BenchScan> {
  const threads = jobs.length < 50 ? 1 : 2;
  const shares = Array.from({ length: threads }, (_, at) => jobs.filter((_, index) => index % threads === at));
  const parts = await Promise.all(shares.map(scanShare));
  return {
    findings: parts.flatMap(({ findings }) => findings),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function scanShare(jobs: readonly ScanJob[]): Promise<BenchScan> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: jobs });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function scanHere(jobs: readonly ScanJob[]): BenchScan {
  const { ruleSet } = loadDefaultRules();
  const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
  const scanner = createReferenceScanner({ ruleSet, detectors, fingerprint: () => "" });
  let bytes = 0;
  const findings = jobs.flatMap(({ file, path }): BenchFinding[] => {
    const content = readFileSync(file);
    if (content.length > largest || content.subarray(0, 8000).includes(0)) return [];
    bytes += content.length;
    return scanner.scan({ path, bytes: content }).matches.map(({ finding }) => ({
      path,
      line: finding.span.line,
      end_line: finding.span.endLine,
      rule: finding.ruleId,
      level: finding.confidence.level,
      score: finding.confidence.score,
    }));
  });
  return { findings, bytes };
}

// eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
if (!isMainThread) parentPort?.postMessage(scanHere(workerData as readonly ScanJob[]));
