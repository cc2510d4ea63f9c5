import { fromByteText, toByteText } from "../byte-text.ts";
import type { Span } from "../finding.ts";
import { createLineIndex } from "../line-index.ts";

/** A text in another encoding, as UTF-8, with the way back to its spans. */
export type Transcoded = {
  readonly text: string;
  readonly via: readonly string[];
  readonly spanOf: (start: number, end: number) => Span;
};

type Form = { readonly little: boolean; readonly markLength: number };

/**
 * Reads UTF-16, known by its byte order mark or, without one, by every other byte being zero as in text of mostly ASCII. `null` for
 * everything else, which is scanned as it is.
 */
export function transcoded(bytes: string): Transcoded | null {
  const form = formOf(bytes);
  if (form === null) return null;
  const { little, markLength } = form;
  const text = toByteText(unitsOf(bytes, form));
  const lines = createLineIndex(text);
  const stored = (offset: number): number => markLength + 2 * fromByteText(text.slice(0, offset)).length;
  const spanOf = (start: number, end: number): Span => {
    const offset = stored(start);
    return { ...lines.spanOf(start, end), offset, length: stored(end) - offset };
  };
  return { text, via: [little ? "utf-16le" : "utf-16be"], spanOf };
}

/**
 * A mark before text that is plainly not UTF-16 would hide that text. In real UTF-16 of other languages such a run is hardly ever met; it is then
 * scanned as it is, and the UTF-16 in it is decoded in pieces.
 */
const plainRun = /[\t\n\r\x20-\x7e]{24}/;

/** Enough of a text to tell. */
const sampleLength = 1024;

function formOf(bytes: string): Form | null {
  const marked = bytes.startsWith("\xff\xfe") ? "little" : bytes.startsWith("\xfe\xff") ? "big" : null;
  if (marked !== null) return plainRun.test(bytes) ? null : { little: marked === "little", markLength: 2 };
  // Of two bytes that do not hold a zero, no text of this kind begins.
  if (bytes.charCodeAt(0) !== 0 && bytes.charCodeAt(1) !== 0) return null;
  const pairs = bytes.slice(0, sampleLength).match(/[^]{2}/g) ?? [];
  const share = (pattern: RegExp): number => pairs.filter((pair) => pattern.test(pair)).length / pairs.length;
  if (pairs.length < 4) return null;
  if (share(/^[\t\n\r\x20-\x7e]\x00$/) > 0.9) return { little: true, markLength: 0 };
  return share(/^\x00[\t\n\r\x20-\x7e]$/) > 0.9 ? { little: false, markLength: 0 } : null;
}

/** Calls take a limited number of arguments. */
const chunkLength = 8192;

function unitsOf(bytes: string, { little, markLength }: Form): string {
  const text: string[] = [];
  let units: number[] = [];
  for (let at = markLength; at + 1 < bytes.length; at += 2) {
    const [first, second] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1)];
    units.push(little ? first | (second << 8) : (first << 8) | second);
    if (units.length < chunkLength) continue;
    text.push(String.fromCharCode(...units));
    units = [];
  }
  return text.join("") + String.fromCharCode(...units);
}
