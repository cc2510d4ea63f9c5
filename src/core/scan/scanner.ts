import type { Match, Span } from "./finding.ts";
import type { SourceText } from "./source-text.ts";

/** Something a scanner could not look into, and why: it makes the coverage incomplete. */
export type ScanGap = {
  readonly path: string;
  readonly reason: "too-deep" | "too-large" | "corrupt" | "encrypted" | "timeout" | "unsupported";
  readonly detail: string;
};

/** A container (an archive, a compressed file) that came out of encoded text, for somebody who can open it. */
export type Embedded = {
  readonly bytes: Uint8Array;
  /** The decoders passed on the way to it, outermost first. */
  readonly via: readonly string[];
  /** Where the encoded text stands. */
  readonly span: Span;
};

/** What a scan of one text gave. `gaps` is empty when every byte was looked at. */
export type ScanOutcome = {
  readonly matches: readonly Match[];
  readonly gaps: readonly ScanGap[];
  /** What the scanner itself does not look into. */
  readonly embedded?: readonly Embedded[];
  /** Whether another path of the same kind (`placeKinds`) may get another answer. */
  readonly hangsOnPath?: boolean;
};

/** Finds credentials in one text. Pure: the same text always gives the same matches, in order of offset. */
export type Scanner = { readonly scan: (source: SourceText) => ScanOutcome };

/** A scanner that also looks into containers, which takes waiting. Never throws for what the bytes are. */
export type ContentScanner = { readonly scan: (source: SourceText) => Promise<ScanOutcome> };

/** A scanner whose answers can be kept. */
export type KeepableScanner = ContentScanner & {
  /** Another one when anything changed that has a say in the answers: rules, the engine, the key of the fingerprints. */
  readonly identity: string;
  /** See `placeKinds`. */
  readonly kindOfPlace: (path: string) => string;
};

/** Keyed fingerprint of a secret: HMAC over the rule's family and the normalised secret. The key is the installation's. */
export type Fingerprinter = (ruleFamily: string, secret: string) => string;
