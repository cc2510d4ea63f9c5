import type { Rule } from "../../../core/scan/rules/rule.ts";
import type { RuleProblem } from "../../../core/scan/rules/rule-problem.ts";
import type { LocalFinding, LocalUnread } from "../../../flows/scan-local-file.ts";

/** What is known when a scan begins. */
export type ReportContext = {
  readonly version: string;
  /** With this, fingerprints can be made again: a report is a baseline wherever it is taken. */
  readonly salt: string;
  readonly rules: readonly Rule[];
  readonly problems: readonly RuleProblem[];
  /** Absolute directories: where paths are relative to, and the top of the repository or the same. */
  readonly cwd: string;
  readonly sourceRoot: string;
  readonly color: boolean;
};

/** What is known when it has ended. */
export type ScanCoverage = {
  readonly files: number;
  readonly bytes: number;
  readonly unread: readonly LocalUnread[];
  readonly passedOver: { readonly symbolicLinks: number; readonly specialFiles: number; readonly excluded: number };
};

/** Writes a report. Each gives text for standard output, which may be empty. */
export type Reporter = {
  readonly found: (finding: LocalFinding) => string;
  readonly ended: (coverage: ScanCoverage) => string;
};
