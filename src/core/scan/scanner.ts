import type { Match } from "./finding.ts";
import type { SourceText } from "./source-text.ts";

/** Something a scanner could not look into, and why: it makes the coverage incomplete. */
export type ScanGap = {
  readonly path: string;
  readonly reason: "too-deep" | "too-large" | "corrupt" | "encrypted";
  readonly detail: string;
};

/** What a scan of one text gave. `gaps` is empty when every byte was looked at. */
export type ScanOutcome = { readonly matches: readonly Match[]; readonly gaps: readonly ScanGap[] };

/** Finds credentials in one text. Pure: the same text always gives the same matches, in order of offset. */
export type Scanner = { readonly scan: (source: SourceText) => ScanOutcome };

/** Keyed fingerprint of a secret: HMAC over the rule's family and the normalised secret. The key is the installation's. */
export type Fingerprinter = (ruleFamily: string, secret: string) => string;
