import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toByteText } from "../../../../src/core/scan/byte-text.ts";
import { translateRe2 } from "../../../../src/core/scan/re2/translate.ts";

type Case = {
  readonly re: string;
  readonly texts: readonly string[];
  /** Go refuses it. */
  readonly error?: true;
  /** For each text, for each match, start and end of the match and of its groups (-1: not taken part). */
  readonly found?: readonly (readonly (readonly number[])[])[];
};

/** What Go's regexp package says, written by scripts/re2-semantics/main.go. */
const cases = readFileSync(new URL("expected.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): Case => JSON.parse(line));

function findAll(js: string, text: string): readonly (readonly number[])[] {
  return [...toByteText(text).matchAll(new RegExp(js, "dg"))].map((match) =>
    (match.indices ?? []).flatMap((span) => span ?? [-1, -1]),
  );
}

describe("translateRe2 agrees with Go on", () => {
  it.each(cases.map((one) => [one.re, one] as const))("%s", (_re, { re, texts, error, found }) => {
    const translation = translateRe2(re, { mayBeEmpty: true });
    expect(translation.kind).toBe(error ? "refused" : "translated");
    if (translation.kind === "refused") return;
    expect(texts.map((text) => findAll(translation.pattern.js, text))).toEqual(found);
  });
});

describe("translateRe2 differs from Go, as documented, in that", () => {
  const find = (re: string, text: string): readonly (readonly number[])[] => {
    const translation = translateRe2(re);
    return translation.kind === "translated" ? findAll(translation.pattern.js, text) : [];
  };

  it("`.` and negated classes take one byte, not one character", () => {
    expect(find(".", "\u00e9")).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(find('x[^"]', "x\u00e9")).toEqual([[0, 2]]);
  });

  it("ASCII letters fold only among themselves", () => {
    expect(find("(?i)k", "\u212a")).toEqual([]);
    expect(find("(?i)s", "\u017f")).toEqual([]);
  });

  it("a group that the last round of a repetition did not enter is empty", () => {
    expect(find("((a)(b)?)+", "aba")).toEqual([[0, 3, 2, 3, 2, 3, -1, -1]]);
  });

  it("an open repetition has a bound", () => {
    const text = "a".repeat(40_000);
    expect(find("xa*", `x${text}`)).toEqual([[0, 1 + 16_384]]);
    expect(find("xa{2,}", `x${text}`)).toEqual([[0, 1 + 2 + 16_384]]);
  });

  it("a regex that can match nothing is refused", () => {
    expect(translateRe2("a*|b?")).toMatchObject({ kind: "refused", reason: expect.stringContaining("empty string") });
    expect(translateRe2("^$")).toMatchObject({ kind: "refused" });
  });
});

it("says where and why it refuses", () => {
  expect(translateRe2("ab(?=c)")).toEqual({ kind: "refused", at: 2, reason: "RE2 has no lookahead or lookbehind" });
  expect(translateRe2("a[b")).toEqual({ kind: "refused", at: 1, reason: "this [ has no closing ]" });
  expect(translateRe2("(a)\\1")).toMatchObject({ at: 3, reason: expect.stringContaining("backreferences") });
});
