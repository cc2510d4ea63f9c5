import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeywordIndex } from "../../../src/core/scan/keyword-index.ts";

function occurring(keywords: readonly string[], text: string): readonly string[] {
  const found = createKeywordIndex(keywords).occurring(text);
  return keywords.filter((_keyword, id) => found[id] === 1);
}

describe("a keyword index", () => {
  it.each([
    ["he shers", ["he", "she", "his", "hers"], ["he", "she", "hers"]],
    ["aaab", ["aa", "aab", "b", "ba"], ["aa", "aab", "b"]],
    ["XOXB-1", ["xoxb-", "xoxp-"], ["xoxb-"]],
    ["\xc3\xa9t\xc3\xa9", ["\xc3\xa9"], ["\xc3\xa9"]],
    ["", ["a"], []],
  ])("finds in %j of %j", (text, keywords, expected) => {
    expect(occurring(keywords, text)).toEqual(expected);
  });

  it("forgets one text before the next", () => {
    const index = createKeywordIndex(["a", "b"]);
    expect([...index.occurring("a")]).toEqual([1, 0]);
    expect([...index.occurring("b")]).toEqual([0, 1]);
  });

  it("finds exactly what is there, for any keywords and text", () => {
    const letters = fc.string({
      unit: fc.constantFrom("a", "b", "c", "_", "\xc3", "\xa9"),
      minLength: 1,
      maxLength: 4,
    });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "A", "B", "C", "_", "\xc3", "\xa9"), maxLength: 40 });
    fc.assert(
      fc.property(fc.uniqueArray(letters, { maxLength: 12 }), text, (keywords, text) => {
        const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        expect(occurring(keywords, text)).toEqual(keywords.filter((keyword) => lower.includes(keyword)));
      }),
    );
  });
});
