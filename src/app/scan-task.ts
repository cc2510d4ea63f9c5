import type { ConfidenceLevel } from "../core/scan/finding.ts";
import type { PackedPart } from "../adapters/git/pack/packed-part.ts";
import type { FamilyPlace } from "../flows/scan-family.ts";
import type { LocalUnread } from "../flows/scan-local-file.ts";
import type { BenchChoice } from "./compose-rules.ts";

/** One piece of work for a scanner, in whichever thread. */
export type ScanTask = ContentTask | ManyTask | PackedTask | CleanTask | ComingTask;

/** Short contents, or files, together: sending each by itself would take longer than scanning it. */
export type ManyTask = { readonly contents: readonly ContentTask[] };

/** Nothing yet, but so many blobs will come: threads can start meanwhile. */
export type ComingTask = { readonly coming: number };

/** Files that were scanned before by the same rules, and had nothing. */
export type CleanTask = { readonly clean: { readonly files: number; readonly bytes: number } };

/** Content, a file that is still to be read, or why there is nothing to read. */
export type ContentTask = {
  /** As it is shown. */
  readonly path: string;
  /** As the scanner is told. */
  readonly judgedAs: string;
  readonly commit?: string;
  readonly content:
    | { readonly kind: "read"; readonly bytes: Uint8Array }
    /** `file`: a byte string, as names need not be UTF-8. */
    | { readonly kind: "file"; readonly file: string }
    | ({ readonly kind: "unread" } & Pick<LocalUnread, "reason" | "detail">);
};

/** Blobs that lie together in a pack of a repository. */
export type PackedTask = {
  readonly gitDir: string;
  readonly part: PackedPart;
  /** Where each blob that is wanted stands, by its place in the pack. */
  readonly places: ReadonlyMap<number, readonly FamilyPlace[]>;
  /** Where it is noted in which of them nothing was found, and by which marks; null: nowhere. */
  readonly note: { readonly file: string; readonly marks: ReadonlyMap<number, string> } | null;
};

/** How to scan; the same in every thread. */
export type ScanSettings = {
  readonly rules: BenchChoice;
  readonly archives: boolean;
  readonly minConfidence: ConfidenceLevel;
  readonly maxBytes: number;
  /** So many bytes of each pack are kept in each thread, about. */
  readonly window?: number;
  /** What fingerprints are keyed with. */
  readonly key: Uint8Array;
};
