import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bytesText,
  code,
  plain,
  plural,
  shortened,
  sizeOf,
  table,
  titleText,
  visible,
} from "../../../src/adapters/github/markdown.ts";
import { render } from "../../support/rendered.ts";

/** Text made to break out: of code, of a table, into HTML, links and mentions. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "|",
        "\\",
        "\\|",
        "`",
        "``",
        "\n",
        "\r\n",
        "@octocat",
        "#12",
        "GH-12",
        "<img src=x onerror=y>",
        "-->",
        "<!--",
      ),
      fc.constantFrom(
        "[x](https://evil.example)",
        "https://evil.example",
        "www.evil.example",
        "a@evil.example",
        "*",
        "_",
        "~~",
      ),
      fc.constantFrom("&lt;", "&#96;", "\u202e", "\u200b", " ", "\t", "$", "![](", "- [ ]", ":tada:", "</td></table>"),
      fc.string({ unit: "grapheme", maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const none = (): string => "";
const cellsOf = (cell: string): readonly string[] =>
  render(table(["a", "b"], [[cell, "end"]], 60_000, none)).rows.flat();

describe("code", () => {
  test("any text in a table cell is shown as it is, and nothing comes of it", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { rows, links, elements, prose } = render(table(["a", "b"], [[code(text), "end"]], 60_000, none));
        expect(rows).toHaveLength(1);
        // Only backslashes before a pipe may differ: a table cannot show an odd number of them there.
        const same = (shown: string): string => shown.replace(/\\+\|/g, "\\|").trim();
        expect(same(rows[0]?.[0] ?? "")).toBe(same(visible(text) || "(empty)"));
        expect(rows[0]?.[1]).toBe("end");
        expect(links).toEqual([]);
        expect(
          elements.filter((name) => !["table", "thead", "tbody", "tr", "th", "td", "code"].includes(name)),
        ).toEqual([]);
        expect(prose).not.toContain("octocat");
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["src/a.ts", "`src/a.ts`"],
    ["a`b", "``a`b``"],
    ["`a", "`` `a ``"],
    [" a ", "`  a  `"],
    ["", "(empty)"],
    ["two\nlines", "`two\\nlines`"],
    ["evil\u202etxt.exe", "`evil\\u{202e}txt.exe`"],
  ])("%j is written %s", (text, markdown) => {
    expect(code(text)).toBe(markdown);
  });
});

describe("plain", () => {
  test("any text is prose without links, mentions, issue numbers or HTML", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { links, elements, prose } = render(`Seen: ${plain(text)}.`);
        expect(links).toEqual([]);
        expect(elements).toEqual(["p"]);
        expect(prose).not.toMatch(/@\w|#\d|GH-\d/i);
        const withoutBreaks = (shown: string): string => shown.replaceAll("\u200b", "").replace(/\s+/g, " ").trim();
        expect(withoutBreaks(prose)).toBe(withoutBreaks(`Seen: ${visible(text)}.`));
      }),
      { numRuns: 1_000 },
    );
  });

  test("in a table cell too, whatever pipes it has", () => {
    expect(cellsOf(plain("a|b\\|c"))).toEqual(["a|b\\|c", "end"]);
  });
});

test("a title keeps its words but notifies nobody", () => {
  expect(titleText("Token of @octocat for #12\n")).toBe("Token of @\u200boctocat for #\u200b12\\n");
});

describe("table", () => {
  const rows = Array.from({ length: 100 }, (_, index) => [`row ${index}`, "ü"]);
  const more = (left: number): string => `… and ${left} more`;

  test("all rows where they fit", () => {
    expect(render(table(["a", "b"], rows, 10_000, more)).rows).toHaveLength(100);
  });

  test("as many rows as fit, counted in bytes, and how many are missing", () => {
    const text = table(["a", "b"], rows, 500, more);
    expect(sizeOf(text)).toBeLessThanOrEqual(500);
    expect(sizeOf(text)).toBeGreaterThan(450);
    const shown = render(text).rows.length;
    expect(text.endsWith(`\n\n… and ${100 - shown} more`)).toBe(true);
  });
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_500, "1.5 kB"],
  [82_345, "82 kB"],
  [1_400_000, "1.4 MB"],
  [3_000_000_000, "3 GB"],
])("%d bytes are shown as %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test("counts agree with their nouns", () => {
  expect([plural(0, "file"), plural(1, "file"), plural(12_345, "file")]).toEqual(["0 files", "1 file", "12,345 files"]);
});

test("a long path keeps its end", () => {
  expect(shortened("a/very/long/path/to/a/file.ts", 16)).toBe("a/ver…/a/file.ts");
  expect(shortened("short.ts", 16)).toBe("short.ts");
});
