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
  let starts: readonly number[] | null = null;
  let units: ((offset: number) => number) | null = null;
  const lineAt = (offset: number): number => {
    starts ??= lineStarts(text);
    return lastAtOrBefore(starts, offset) + 1;
  };
  const columnAt = (offset: number): number => {
    const line = lineAt(offset);
    const start = starts?.[line - 1] ?? 0;
    if (offset - start <= shortLine) {
      const mark = start === 0 && text.startsWith(byteOrderMark) ? 1 : 0;
      return Math.max(0, utf16Length(text, start, offset) - mark) + 1;
    }
    units ??= unitCounter(text);
    return units(offset) - units(start) + 1;
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

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
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

/** In lines up to here what stands before an offset is counted; for longer ones the whole text is, once. */
const shortLine = 512;
const step = 256;
const byteOrderMark = "\xef\xbb\xbf";

/** Counts the UTF-16 units before an offset. A line of megabytes with thousands of findings must not be counted for each. */
function unitCounter(text: string): (offset: number) => number {
  if (!/[\x80-\xff]/.test(text)) return (offset) => offset;
  const before = new Float64Array(Math.floor(text.length / step) + 1);
  for (let block = 1; block < before.length; block++) {
    before[block] = (before[block - 1] ?? 0) + utf16Length(text, (block - 1) * step, block * step);
  }
  const mark = text.startsWith(byteOrderMark) ? 1 : 0;
  return (offset) => {
    const block = Math.floor(offset / step);
    const units = (before[block] ?? 0) + utf16Length(text, block * step, offset);
    return Math.max(0, units - mark);
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
