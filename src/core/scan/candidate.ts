import type { Layer } from "./decode/layer.ts";
import type { Reason } from "./finding.ts";
import type { Rule } from "./rules/rule.ts";

/**
 * Something a rule matched, before it is judged. Everything is a byte string (`byte-text.ts`); offsets are into `text`, which is
 * the file or what was decoded from it.
 */
export type Candidate = {
  readonly rule: Rule;
  readonly path: string;
  readonly text: string;
  readonly secret: string;
  readonly start: number;
  readonly end: number;
  /** The whole match of the rule, of which the secret is a part. */
  readonly matchStart: number;
  readonly matchEnd: number;
  /** The decoders passed on the way to `text`; empty for a file as it is. */
  readonly via: readonly string[];
  /** Other parts of the credential that were found nearby. */
  readonly parts: readonly CandidatePart[];
  /** What its detector has to say about it; then no other evidence is asked. */
  readonly reasons?: readonly Reason[];
};

export type CandidatePart = {
  readonly rule: Rule;
  readonly secret: string;
  readonly start: number;
  readonly end: number;
  /** The text of the file that it stands in: perhaps another than that of the candidate it belongs to. */
  readonly layer: Layer;
};

/** The secret without its public prefix: the part that should be random. */
export function privatePartOf({ secret, rule }: Pick<Candidate, "secret" | "rule">): string {
  return secret.slice(publicPrefixOf(rule, secret).length);
}

/** The longest of the rule's public prefixes that the secret has. */
export function publicPrefixOf(rule: Rule, secret: string): string {
  const fitting = rule.prefixes.filter((prefix) => secret.startsWith(prefix));
  return fitting.reduce((longest, prefix) => (prefix.length > longest.length ? prefix : longest), "");
}

// A minified file is one line: what a person would call the line ends here.
const lineReach = 1024;

/** The line that a match stands in (its first to its last, if it has several), at most a kilobyte to either side. */
export function lineOf(candidate: Pick<Candidate, "text" | "matchStart" | "matchEnd">): string {
  const { text, matchStart, matchEnd } = candidate;
  const before = text.slice(Math.max(0, matchStart - lineReach), matchStart);
  const after = text.slice(matchEnd, matchEnd + lineReach);
  const end = after.indexOf("\n");
  return (
    before.slice(before.lastIndexOf("\n") + 1) +
    text.slice(matchStart, matchEnd) +
    (end < 0 ? after : after.slice(0, end))
  );
}
