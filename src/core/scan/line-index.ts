import { fromByteText } from "./byte-text.ts";
import type { Span } from "./finding.ts";

/** Turns byte offsets of one text into lines and columns. Built when first asked. */
export type LineIndex = {
  /** The line of an offset, from 1. */
  readonly lineAt: (offset: number) => number;
  /** Column in UTF-16 units of the UTF-8 decoded line, from 1. */
  readonly columnAt: (offset: number) => number;
  readonly spanOf: (start: number, end: number) => Span;
};

export function createLineIndex(text: string): LineIndex {
  let starts: readonly number[] | null = null;
  const lineAt = (offset: number): number => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const columnAt = (offset: number): number => {
    const line = lineAt(offset);
    return fromByteText(text.slice(starts?.[line - 1] ?? 0, offset)).length + 1;
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
