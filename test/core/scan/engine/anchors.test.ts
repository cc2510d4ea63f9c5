import { expect, test } from "vitest";
import { loadDefaultRules } from "../../../../src/adapters/files/rule-files.ts";
import { toByteText } from "../../../../src/core/scan/byte-text.ts";
import { type Anchors, anchorsOf } from "../../../../src/core/scan/engine/anchors.ts";
import { compileForEngine, type CompiledRule } from "../../../../src/core/scan/engine/compiled-rules.ts";
import { opens } from "../../../../src/core/scan/engine/dictionary.ts";
import { foldByte } from "../../../../src/core/scan/engine/folded.ts";
import { parseRe2 } from "../../../../src/core/scan/re2/parse.ts";
import { createMatcher } from "../../../../src/core/scan/re2/matcher.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

const anchorsIn = (regex: string): Anchors | null => anchorsOf(parseRe2(regex).node);

test.each([
  ["abc_[0-9]{30}", ["abc_"], 0, 0],
  ["(?i)abc_[0-9]{30}", ["abc_"], 0, 0],
  ["ABC_[0-9]{30}", ["ABC_"], 0, 0],
  [String.raw`\b(x|yz)?(?:wordone|wordtwo)=`, ["wordone=", "wordtwo="], 0, 2],
  ["[a-z]{2,4}-token-[0-9]+", ["-token-"], 2, 4],
  ["x[ab]{2}c", ["xaac", "xabc", "xbac", "xbbc"], 0, 0],
] as const)("%s is met by %j", (regex, words, least, most) => {
  const found = anchorsIn(regex);
  expect(found).toMatchObject({ kind: "words", least, most });
  expect(found?.words.toSorted()).toEqual(words);
});

test("a capital that stands for itself alone is no other letter, one that may be small is both", () => {
  expect(anchorsIn("[Aa]bcd")?.words).toEqual(["abcd"]);
  expect(anchorsIn("Abcd")?.words).toEqual(["Abcd"]);
});

test("of a long part behind a dot the dot is the anchor", () => {
  expect(anchorsIn(String.raw`[A-Z][a-z0-9]{20,22}\.[A-Za-z0-9_-]{30,40}`)).toMatchObject({
    kind: "dotted",
    least: 21,
    most: 23,
  });
});

test.each(["[a-z]{40}", "a{0,2}b?", ".*word", "(?:word|[0-9]{9})"])("%s has none", (regex) => {
  expect(anchorsIn(regex)).toBeNull();
});

const { ruleSet } = loadDefaultRules();

test(
  "in the examples of each rule, each match has an anchor where it says, and its gate is open there",
  { timeout: 120_000 },
  () => {
    let checked = 0;
    for (const rule of ruleSet.rules) {
      const compiled = compileForEngine(rule);
      if (compiled.anchors === null || rule.regex === null) continue;
      const matcher = createMatcher(rule.regex);
      for (const [seed, example] of rule.examples.slice(0, 2).entries()) {
        const text = toByteText(fillShape(example, seed));
        for (const { index } of matcher.all(text)) {
          checked += 1;
          expect(hasAnchor(compiled, text, index), `${rule.id}, example ${seed}`).toBe(true);
        }
      }
    }
    expect(checked).toBeGreaterThan(ruleSet.rules.length);
  },
);

function hasAnchor({ anchors, gate }: CompiledRule, text: string, start: number): boolean {
  if (anchors === null) return false;
  const { kind, words, least, most } = anchors;
  for (let at = start + least; at <= start + most; at++) {
    const stands = kind === "dotted" ? text[at] === "." : words.some((word) => standsAt(word, text, at));
    if (stands && (gate === null || opens(gate, text, at))) return true;
  }
  return false;
}

function standsAt(word: string, text: string, at: number): boolean {
  return Array.from(word, (char) => char.charCodeAt(0)).every((wanted, index) => {
    const byte = text.charCodeAt(at + index);
    return wanted === ((wanted & 0x20) === 0 ? byte : foldByte(byte));
  });
}
