import type { Span } from "./finding.ts";

/** Turns byte offsets of one text into lines and columns. Built when first asked. */
export type LineIndex = {
  /** The line of an offset, from 1. */
  readonly lineAt: (offset: number) => number;
  /** Column in UTF-16 units of the UTF-8 decoded line, from 1. A byte order mark is no column, as in editors and SARIF. */
  readonly columnAt: (offset: number) => number;
  readonly spanOf: (start: number, end: number) => Span;
};

export function createLineIndex(text: string): LineIndex {
  const lines = linesOf(text);
  const longLines = new Map<number, (offset: number) => number>();
  const lineAt = (offset: number): number => lines.upTo(offset) + 1;
  const columnAt = (offset: number): number => {
    const start = lines.starts[lineAt(offset) - 1] ?? 0;
    const mark = start === 0 && text.startsWith(byteOrderMark) ? 1 : 0;
    if (offset - start <= shortLine) return Math.max(0, utf16Length(text, start, offset) - mark) + 1;
    const units = longLines.get(start) ?? unitCounter(text, start);
    longLines.set(start, units);
    return Math.max(0, units(offset) - mark) + 1;
  };
  const spanOf = (start: number, end: number): Span => ({
    offset: start,
    length: end - start,
    line: lineAt(start),
    column: columnAt(start),
    endLine: lineAt(end),
    endColumn: columnAt(end),
  });
  return { lineAt, columnAt, spanOf };
}

/** Where the lines of a text begin, as far as somebody has asked; `upTo` gives the index of the one in which an offset lies. */
function linesOf(text: string): { readonly starts: readonly number[]; readonly upTo: (offset: number) => number } {
  const starts = [0];
  let next = text.indexOf("\n") + 1;
  const upTo = (offset: number): number => {
    while (next > 0 && next <= offset) {
      starts.push(next);
      next = text.indexOf("\n", next) + 1;
    }
    return lastAtOrBefore(starts, offset);
  };
  return { starts, upTo };
}

/** The index of the last number (of some in order, the first being 0) that is not above `offset`. */
function lastAtOrBefore(sorted: readonly number[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** In lines up to here what stands before an offset is counted; in longer ones it is counted once, in pieces. */
const shortLine = 512;
const step = 256;
const byteOrderMark = "\xef\xbb\xbf";

/**
 * Counts the UTF-16 units of a line before an offset, as far as somebody asks. A line of megabytes with thousands of findings must not be counted for each.
 */
function unitCounter(text: string, start: number): (offset: number) => number {
  const before = [0];
  return (offset) => {
    const block = Math.floor((offset - start) / step);
    for (let known = before.length; known <= block; known++) {
      const from = start + (known - 1) * step;
      before.push((before[known - 1] ?? 0) + utf16Length(text, from, from + step));
    }
    return (before[block] ?? 0) + utf16Length(text, start + block * step, offset);
  };
}

/** UTF-16 units of a stretch of UTF-8: one for each character, two beyond U+FFFF. Stray continuation bytes count nothing. */
function utf16Length(text: string, start: number, end: number): number {
  let units = 0;
  for (let at = start; at < end; at++) {
    const byte = text.charCodeAt(at);
    units += byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xf0 ? 1 : 2;
  }
  return units;
}
