import type { RepoRef } from "../../core/change/change.ts";
import type { PathFree } from "../../core/scan/kept-scan.ts";

/** What is remembered of, by what decides the answer: who was asked, about which bytes, and at what kind of place (or which path). */
export type ScanQuestion = {
  /** The scanner's `identity`. */
  readonly scanner: string;
  /** The id of the blob, or of the commit or tag whose message it is. */
  readonly object: string;
  readonly place: string;
};

/** `hangs-on-path`: ask about the path itself. */
export type ScanAnswer =
  { readonly kind: "scanned"; readonly bytes: number; readonly said: PathFree } | { readonly kind: "hangs-on-path" };

/**
 * Remembers what was scanned, for one installation and never for another. Losing it costs time, nothing else. What could not be
 * read is never in it.
 */
export type ScanMemory = {
  /** What is remembered, in the order asked; null: nothing. */
  readonly recall: (repo: RepoRef, questions: readonly ScanQuestion[]) => Promise<readonly (ScanAnswer | null)[]>;
  readonly remember: (
    repo: RepoRef,
    scanned: readonly { readonly question: ScanQuestion; readonly answer: ScanAnswer }[],
  ) => Promise<void>;
};
