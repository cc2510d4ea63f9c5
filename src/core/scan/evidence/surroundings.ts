import type { Candidate } from "../candidate.ts";
import type { EvidenceSource } from "../confidence.ts";
import { byteSetOf } from "../decode/long-runs.ts";
import { fileKindOf } from "../judge/file-kind.ts";

/** How far to look for more of the same data, and how much of it makes the match a piece cut out of it. */
const reach = 400;
const much = 100;

/** Of base64. */
const digits = byteSetOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

/** What stands around a match: data that goes on (a picture in base64 holds any short prefix by chance), or a test about something of little worth. */
export const surroundingsEvidence: EvidenceSource = (candidate) => [
  ...(isPieceOfBase64(candidate) ? [{ what: "is a piece of longer base64", points: -50 }] : []),
  ...(candidate.rule.severity === "low" && fileKindOf(candidate.path).test
    ? [{ what: "is of low severity, among tests", points: -15 }]
    : []),
];

function isPieceOfBase64({ text, matchStart, matchEnd, start, end }: Candidate): boolean {
  const floor = Math.max(0, start - reach);
  let from = start;
  while (from > floor && digits[text.charCodeAt(from - 1)] === 1) from--;
  const before = text.slice(from, start);
  const after = /^[A-Za-z0-9+/]*/.exec(text.slice(end, end + reach))?.[0] ?? "";
  const around = before + after;
  // What belongs to the match itself, such as the host before a path, is no other data.
  return (
    around.length - (start - matchStart) - (matchEnd - end) >= much &&
    /\+/.test(around) &&
    /[0-9].*[A-Z].*[a-z]/.test(around)
  );
}
