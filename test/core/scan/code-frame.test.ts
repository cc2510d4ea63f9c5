import fc from "fast-check";
import { expect, test } from "vitest";
import { codeFrameOf } from "../../../src/core/scan/code-frame.ts";
import type { Match } from "../../../src/core/scan/finding.ts";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { newToken } from "../../support/tokens.ts";

const scanner = createReferenceScanner({ ruleSet: loadDefaultRules().ruleSet, fingerprint: testFingerprint });
const scanned = (bytes: Uint8Array): readonly Match[] => scanner.scan({ path: "x", bytes }).matches;

test("no credential of a line is ever in its frame, and the mark stands under the finding's own mask", () => {
  const filler = fc.string({ unit: "binary", maxLength: 60 }).map((text) => text.replaceAll("\n", " "));
  fc.assert(
    fc.property(
      fc.array(filler, { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 0, max: 300 }),
      (pieces, padding) => {
        const tokens = pieces.map(newToken);
        const line = pieces.map((piece, at) => `${piece}${" ".repeat(padding)} ${tokens[at]} `).join("");
        const bytes = Buffer.from(`before\n${line}${tokens[0]}\nafter`);
        const matches = scanned(bytes);
        expect(matches.length).toBeGreaterThan(pieces.length);
        for (const { finding } of matches) {
          const frame = codeFrameOf(bytes, finding, matches);
          for (const token of tokens) expect(frame.text).not.toContain(token.slice(4, 13));
          expect(frame.text.slice(frame.start, frame.start + frame.length)).toBe(finding.mask);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test("what no rule knows is hidden in UTF-16 too, and the mark at the beginning of a file is not shown", () => {
  const unknown = `q9${newToken().slice(4, 28)}`;
  for (const mark of ["\ufeff", ""]) {
    const bytes = Buffer.from(`${mark}a = "${newToken()}", b = "${unknown}"`, mark === "" ? "utf8" : "utf16le");
    const matches = scanned(bytes).filter(({ finding }) => finding.provider === "GitHub");
    const [match] = matches;
    if (match === undefined) throw new Error("the token was not found");
    const { text } = codeFrameOf(bytes, match.finding, matches);
    expect(text).toContain("q9");
    expect(text).not.toContain(unknown.slice(0, 10));
  }
  const plain = Buffer.from(`\ufeffa = "${newToken()}"`);
  const [only] = scanned(plain);
  expect(only === undefined ? "" : codeFrameOf(plain, only.finding, [only]).text).toMatch(/^a = "ghp_/);
});

test("what no rule knows is hidden too where it is long and looks random", () => {
  const unknown = `q9${newToken().slice(4, 28)}`;
  const bytes = Buffer.from(`a = "${newToken()}", b = "${unknown}"`);
  const matches = scanned(bytes).filter(({ finding }) => finding.provider === "GitHub");
  const [match] = matches;
  if (match === undefined) throw new Error("expected a match");
  expect(codeFrameOf(bytes, match.finding, matches).text).toMatch(/^a = "ghp_\w{4}\*{4}", b = "q9\w\w\*{4}"$/);
});

test("of a credential of several lines the first is shown, masked to its end", () => {
  const bytes = Buffer.from("x\nkey: AAAA\nBBBB\ny");
  const [match] = scanned(Buffer.from(newToken()));
  if (match === undefined) throw new Error("expected a match");
  const span = { offset: 7, length: 9, line: 2, column: 6, endLine: 3, endColumn: 5 };
  const frame = codeFrameOf(bytes, { ...match.finding, span, mask: "A****" }, []);
  expect(frame).toEqual({ line: 2, text: "key: A****", start: 5, length: 5 });
});
