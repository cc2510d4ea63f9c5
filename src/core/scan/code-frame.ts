import { byteTextOf, fromByteText, toByteText } from "./byte-text.ts";
import type { Finding, Match, Span } from "./finding.ts";
import { terminalText } from "./terminal-text.ts";

/** A line as it may be shown: every credential in it is masked, and it can do nothing to a terminal. */
export type CodeFrame = {
  readonly line: number;
  readonly text: string;
  /** Where in `text` the mask of the finding stands, in UTF-16 units from 0. */
  readonly start: number;
  readonly length: number;
};

/** Something to hide in a line, in bytes from its beginning; it may begin before and end behind it. */
type Stretch = { readonly start: number; readonly end: number; readonly mask: string };

// In bytes to either side of the credential: what is searched for more to hide, and what is shown of it.
const searched = 4096;
const shown = 80;

/**
 * The line in which a finding begins, as far as it fits. `matches` are all of its file, the unsure ones too: each is masked, wherever
 * its text stands in the line. So is whatever else is long and looks random.
 */
export function codeFrameOf(bytes: Uint8Array, finding: Finding, matches: readonly Match[]): CodeFrame {
  const { offset, length, line } = finding.span;
  const from = Math.max(lineStart(bytes, offset), offset - searched);
  const to = Math.min(lineEnd(bytes, offset), offset + length + searched);
  const text = byteTextOf(bytes.subarray(from, to));
  const own: Stretch = stretchOf(finding.span, finding.mask, from);
  const others = [...matches.flatMap((match) => stretchesOf(match, text, from)), ...randomLooking(text)];
  const before = masked(text, 0, own.start, others);
  const after = masked(text, Math.min(own.end, text.length), text.length, others);
  const left = tail(printable(before), shown);
  const mask = printable(finding.mask);
  return { line, text: left + mask + head(printable(after), shown), start: left.length, length: mask.length };
}

function lineStart(bytes: Uint8Array, offset: number): number {
  return offset === 0 ? 0 : bytes.lastIndexOf(10, offset - 1) + 1;
}

function lineEnd(bytes: Uint8Array, offset: number): number {
  const end = bytes.indexOf(10, offset);
  return end < 0 ? bytes.length : end;
}

function stretchOf(span: Span, mask: string, from: number): Stretch {
  return { start: span.offset - from, end: span.offset + span.length - from, mask };
}

/** Where a match and its parts stand in the line, and where its text stands again. */
function stretchesOf({ finding, secret }: Match, line: string, from: number): readonly Stretch[] {
  const out = [stretchOf(finding.span, finding.mask, from)];
  for (const part of finding.parts ?? []) out.push(stretchOf(part.span, part.mask, from));
  const text = toByteText(secret.reveal());
  for (let at = text === "" ? -1 : line.indexOf(text); at >= 0; at = line.indexOf(text, at + text.length)) {
    out.push({ start: at, end: at + text.length, mask: finding.mask });
  }
  return out;
}

/** Runs that no rule knows and that could yet be keys; in UTF-16 there are zeros in between. */
function randomLooking(line: string): readonly Stretch[] {
  return Array.from(line.matchAll(/(?:[A-Za-z0-9+/=_-]\0?){20,}/g))
    .filter(
      ([run]) =>
        /[0-9]/.test(run) && /[A-Za-z]/.test(run) && (!run.includes("/") || /[a-z].*[A-Z]|[A-Z].*[a-z]/.test(run)),
    )
    .map(({ 0: run, index }) => ({
      start: index,
      end: index + run.length,
      mask: `${run.replaceAll("\0", "").slice(0, 4)}****`,
    }));
}

/** The bytes from `start` to `end` with all stretches masked; of stretches that overlap, the first one's mask stands for all. */
function masked(line: string, start: number, end: number, stretches: readonly Stretch[]): string {
  let out = "";
  let at = start;
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (stretch.end <= at || stretch.start >= end) continue;
    if (stretch.start >= at) out += fromByteText(line.slice(at, stretch.start)) + stretch.mask;
    at = Math.max(at, stretch.end);
  }
  return out + fromByteText(line.slice(at, end));
}

/** UTF-16 is shown without its zeros, and the mark at the beginning of a file not at all. */
const printable = (text: string): string => terminalText(text.replaceAll("\0", "").replace(/^\ufeff/, ""));

function head(text: string, count: number): string {
  return text.length <= count ? text.replace(/·$/, "") : `${text.slice(0, count).toWellFormed()}…`;
}

function tail(text: string, count: number): string {
  return text.length <= count ? text.trimStart() : `…${text.slice(-count).toWellFormed()}`;
}
