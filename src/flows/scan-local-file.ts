import { type CodeFrame, codeFrameOf } from "../core/scan/code-frame.ts";
import type { CommitExcuse } from "../core/scan/commit-excuse.ts";
import { confidenceLevels, type ConfidenceLevel, type Finding } from "../core/scan/finding.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import type { CommitOrigin } from "./ports/commit-origins.ts";
import type { UnreadReason } from "../core/verdict/coverage.ts";

/** A finding on somebody's own machine, with what a person needs to recognise the place. */
export type LocalFinding = {
  readonly finding: Finding;
  /** Null for what lies inside a container, and for the file itself: there is no line to look at. */
  readonly frame: CodeFrame | null;
  /** For content that was read from git's history. */
  readonly commit?: string;
  /** Who wrote that commit and when, and what leads to it. */
  readonly origin?: CommitOrigin;
};

/** Why something was not read: what can happen to any content, and what only happens to files. */
export type LocalUnread = {
  readonly path: string;
  readonly reason: UnreadReason | "unreadable" | "changed";
  /** For people: what was found, what to do. Never content. */
  readonly detail: string;
  readonly commit?: string;
};

/** Content to scan. */
export type LocalFile = {
  /** As it is shown. */
  readonly path: string;
  /** The path by which the scanner judges: inside what was asked for, so that the folder around it has no say. */
  readonly judgedAs: string;
  readonly bytes: Uint8Array;
  readonly commit?: string;
};

/** What one file gave. */
export type LocalResult = {
  readonly path: string;
  /** How many files there were to look at; 0 for one that was not read. */
  readonly files: number;
  readonly bytes: number;
  readonly findings: readonly LocalFinding[];
  readonly unread: readonly LocalUnread[];
  /** How much it was of work whose amount is known beforehand. */
  readonly work?: number;
};

/** Scans one file; what stands in a commit may be excused for that. A file that makes the scanner throw costs itself, not the scan. */
export async function scanLocalFile(
  file: LocalFile,
  scanner: ContentScanner,
  minConfidence: ConfidenceLevel,
  isExcused: CommitExcuse | null,
): Promise<LocalResult> {
  const { path, judgedAs, bytes } = file;
  const commit = file.commit === undefined ? {} : { commit: file.commit };
  const shownPath = (inner: string): string => path + inner.slice(judgedAs.length);
  try {
    const { matches, gaps } = await scanner.scan({ path: judgedAs, bytes });
    const enough = matches.filter(
      (match) =>
        isAtLeast(match.finding, minConfidence) &&
        (file.commit === undefined || isExcused?.(match, file.commit) !== true),
    );
    const findings = enough.map(({ finding }): LocalFinding => {
      // What has no length is about the file itself.
      const hasLine = finding.path === judgedAs && finding.span.length > 0;
      const frame = hasLine ? codeFrameOf(bytes, finding, matches) : null;
      return { finding: { ...finding, path: shownPath(finding.path) }, frame, ...commit };
    });
    const unread = gaps.map((gap): LocalUnread => ({ ...gap, path: shownPath(gap.path), ...commit }));
    return { path, files: 1, bytes: bytes.length, findings, unread };
  } catch (cause) {
    return failedResult({ path, ...commit }, cause);
  }
}

/** The result of a file on which the scanner failed. */
export function failedResult(place: Pick<LocalUnread, "path" | "commit">, cause: unknown): LocalResult {
  // Only the error's name: its message could quote what it choked on.
  const name = cause instanceof Error ? cause.name : "unknown error";
  const detail = `The scanner failed on this file (${name}). Please report it.`;
  return unreadResult({ ...place, reason: "internal-error", detail });
}

/** The result of a file that was not read. */
export function unreadResult(unread: LocalUnread): LocalResult {
  return { path: unread.path, files: 0, bytes: 0, findings: [], unread: [unread] };
}

/** One result for several. */
export function resultsTogether(results: readonly LocalResult[]): LocalResult {
  return {
    path: "",
    files: results.reduce((sum, { files }) => sum + files, 0),
    bytes: results.reduce((sum, { bytes }) => sum + bytes, 0),
    findings: results.flatMap(({ findings }) => findings),
    unread: results.flatMap(({ unread }) => unread),
  };
}

function isAtLeast({ confidence }: Finding, level: ConfidenceLevel): boolean {
  return confidenceLevels.indexOf(confidence.level) >= confidenceLevels.indexOf(level);
}
