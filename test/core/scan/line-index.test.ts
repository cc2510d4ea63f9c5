import { describe, expect, it } from "vitest";
import { toByteText } from "../../../src/core/scan/byte-text.ts";
import { createLineIndex } from "../../../src/core/scan/line-index.ts";

/** Where a text has its `X`, counted by hand: in bytes, lines and UTF-16 units. */
const cases = [
  ["at the start", "X", 0, 1, 1],
  ["behind characters of two, three and four bytes", "é日𝒳X", 9, 1, 5],
  ["behind combining characters and those without width", "e\u0301\u200bX", 6, 1, 4],
  ["in a line of a file with CRLF", "a\r\nbc\r\n\tX", 8, 3, 2],
  ["behind a byte order mark", "\ufeffabX", 5, 1, 3],
  ["right behind a byte order mark", "\ufeffX", 3, 1, 1],
  ["in a later line of a file with a byte order mark", "\ufeffé\nabX", 8, 2, 3],
  ["behind a zero-width space that is no byte order mark", "a\n\ufeffX", 5, 2, 2],
  ["at the end of a line that is counted, behind a byte order mark", `\ufeffé\n${"é".repeat(256)}X`, 518, 2, 257],
  ["at the beginning of one that is counted in pieces", `\ufeffé\n${"é".repeat(257)}X`, 520, 2, 258],
  ["in a first line that is counted in pieces, behind a byte order mark", `\ufeff${"é".repeat(300)}X`, 603, 1, 301],
  ["far into a long line", `${"é".repeat(5000)}X`, 10_000, 1, 5001],
] as const;

describe("a place", () => {
  it.each(cases)("%s", (_where, text, offset, line, column) => {
    const bytes = toByteText(text);
    const span = createLineIndex(bytes).spanOf(bytes.indexOf("X"), bytes.indexOf("X") + 1);
    expect(span).toEqual({ offset, length: 1, line, column, endLine: line, endColumn: column + 1 });
  });

  it.each(cases)("has its column whether or not its line was asked for first: %s", (_where, text, _o, _l, column) => {
    const bytes = toByteText(text);
    expect(createLineIndex(bytes).columnAt(bytes.indexOf("X"))).toBe(column);
  });
});
