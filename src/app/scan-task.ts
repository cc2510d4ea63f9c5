import type { ConfidenceLevel } from "../core/scan/finding.ts";

/** One piece of work for a scanner: content that is here, or a file that is still to be read. Can be sent to a thread. */
export type ScanTask = {
  readonly path: string;
  readonly judgedAs: string;
  readonly commit?: string;
  readonly content:
    { readonly kind: "bytes"; readonly bytes: Uint8Array } | { readonly kind: "file"; readonly file: Uint8Array };
};

/** How to scan; the same in every thread. */
export type ScanSettings = {
  readonly ruleFiles: readonly string[];
  readonly defaultRules: boolean;
  readonly disabledRules: readonly string[];
  readonly archives: boolean;
  readonly minConfidence: ConfidenceLevel;
  readonly maxBytes: number;
  /** What fingerprints are keyed with. */
  readonly key: Uint8Array;
};
