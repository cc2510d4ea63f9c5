import type { Secret } from "./secret.ts";

/** Where in a text something stands. Offsets count bytes; lines and columns start at 1; columns count UTF-16 code units. */
export type Span = {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The column just after the last character. */
  readonly endColumn: number;
};

/** How bad it is when this kind of credential leaks; set by its rule. */
export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

/** How sure Keyward is that this is a credential. */
export const confidenceLevels = ["low", "medium", "high"] as const;
export type ConfidenceLevel = (typeof confidenceLevels)[number];

/** One part of the evidence: what was seen, and how far (in points, positive or negative) it moved the score. */
export type Reason = { readonly what: string; readonly points: number };

/** `score` is 0 to 100; `reasons` add up to how it was reached and can be read by a person. */
export type Confidence = {
  readonly level: ConfidenceLevel;
  readonly score: number;
  readonly reasons: readonly Reason[];
};

/** What was found and where, without the secret: safe to store, to log and to show to people with access. */
export type Finding = {
  readonly ruleId: string;
  /** The provider's name as people write it ("GitHub"), or "Generic". */
  readonly provider: string;
  /** What it is, in a few words: "GitHub personal access token (classic)". */
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** As given in the `SourceText`; what was decoded or unpacked on the way is appended as `!/entry`. */
  readonly path: string;
  /** In the file as it is stored; for something found inside decoded content, the span of the encoded text. */
  readonly span: Span;
  /** The decoders passed on the way to it, outermost first: `["gzip", "base64"]`. Empty for plain text. */
  readonly via: readonly string[];
  readonly mask: string;
  /** Keyed HMAC of rule family and normalised secret, 32 hex digits: the same secret has the same fingerprint everywhere. */
  readonly fingerprint: string;
  /** Its line says `keyward:allow`. What that means is for whoever knows when it was written. */
  readonly marked?: true;
  /** Further parts of a multi-part credential (the key id of a key), with their own masks. */
  readonly parts?: readonly { readonly name: string; readonly mask: string; readonly span: Span }[];
};

/** A finding together with its secret; lives in memory only. */
export type Match = { readonly finding: Finding; readonly secret: Secret };
