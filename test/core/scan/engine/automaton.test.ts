import fc from "fast-check";
import { expect, test } from "vitest";
import { automatonOf, beginningsOf, left } from "../../../../src/core/scan/engine/automaton.ts";
import { parseRe2 } from "../../../../src/core/scan/re2/parse.ts";
import { translateRe2 } from "../../../../src/core/scan/re2/translate.ts";

const accepts = (re2: string, text: string): boolean => {
  const automaton = automatonOf(parseRe2(re2).node);
  return automaton === null || left(automaton, text, 0, text.length + 1) < 0;
};

test.each([
  ["abc", "abcd", "abxd"],
  ["(?i)a[bc]{2,3}d", "ABcd", "abcbcd"],
  [String.raw`\bkey\b=[0-9]+$`, "key=1", "key=x"],
  ["[^a]{3}z", "bcdz", "bcaz"],
  ["é+x", "\xc3\xa9\xc3\xa9x", "\xc3\xaax"],
  ["x(?:ab|cd)*y", "xabcdaby", "xaby ".replace("by", "bz")],
] as const)("%s accepts what it matches (%j) and not %j", (re2, matched, other) => {
  expect(accepts(re2, matched)).toBe(true);
  expect(accepts(re2, other)).toBe(false);
});

test("counters that are cut short accept more, never less", () => {
  expect(accepts("a{200}b", `${"a".repeat(200)}b`)).toBe(true);
  expect(accepts("a{200}b", `${"a".repeat(70)}b`)).toBe(true);
  expect(accepts("a{200}b", `${"a".repeat(60)}b`)).toBe(false);
  expect(accepts("x.{0,90}y", `x${"-".repeat(90)}y`)).toBe(true);
});

test("of a regex that is too large its beginning is looked at", () => {
  const re2 = String.raw`start[a-z]{1,60}(?:[a-z][0-9]{1,9}){5,40}[a-z0-9]{20}(?:q[^x]{0,90}){3}x`;
  expect(accepts(re2, "starts")).toBe(accepts(re2, `start${"ab1".repeat(40)}`));
  expect(accepts(re2, "stars")).toBe(false);
});

test("of options that are too large together the beginning of each is looked at", () => {
  const far = String.raw`[a-z]{1,60}(?:[a-z][0-9]{1,9}){5,40}[a-z0-9]{20}(?:q[^x]{0,90}){3}x`;
  const re2 = `(?i)(?:start${far}|//begin${far})`;
  const rest = `a${"b1".repeat(5)}${"c".repeat(20)}qqqx`;
  expect(accepts(re2, `start${rest}`)).toBe(true);
  expect(accepts(re2, `//BEGIN${rest}`)).toBe(true);
  expect(accepts(re2, "stars")).toBe(false);
  expect(accepts(re2, "//began")).toBe(false);
});

test("who reads far without an answer has accepted", () => {
  const automaton = automatonOf(parseRe2("a[^b]*b").node);
  expect(automaton && left(automaton, "a".repeat(100), 0, 50)).toBe(-1);
  expect(automaton && left(automaton, "a".repeat(100), 0, 100)).toBe(0);
});

/** Regexes of all kinds of parts. */
const regex = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom("a", "b", "[ab]", "[^a]", ".", String.raw`\d`, "é", String.raw`\b`, "^", "$", "(?i:B)"),
    fc.tuple(tie("node"), tie("node")).map((parts) => parts.join("")),
    fc.tuple(tie("node"), tie("node")).map(([one, other]) => `(?:${one}|${other})`),
    fc
      .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "{0,9}", "*?"))
      .map(([one, times]) => `(?:${one})${times}`),
  ),
})).node;

test("whatever a regex matches its automaton accepts", () => {
  const piece = fc.constantFrom("a", "b", "B", "1", "\n", " ", "\xc3\xa9", "\xe9", "ab", "aab");
  fc.assert(
    fc.property(regex, fc.array(piece, { maxLength: 12 }), (re2, pieces) => {
      const translated = translateRe2(re2);
      if (translated.kind === "refused") return true;
      const text = pieces.join("");
      const here = new RegExp(translated.pattern.js, "y");
      return !here.test(text) || accepts(re2, text);
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 1000) },
  );
});

test("what is not told to begin a match reads two bytes at most, and those cost nothing", () => {
  const isIn = (set: Uint8Array, byte: number): boolean =>
    byte < 0x80 ? (((set[byte & 15] ?? 0) >> (byte >> 4)) & 1) === 1 : set[16] === 0x80;
  const byte = fc.constantFrom("a", "b", "B", "1", "\n", " ", "\xc3", "\xa9", "\0");
  fc.assert(
    fc.property(regex, fc.array(byte, { minLength: 2, maxLength: 12 }), (re2, bytes) => {
      const automaton = automatonOf(parseRe2(re2).node);
      if (automaton === null) return true;
      const text = bytes.join("");
      const sets = beginningsOf(automaton);
      const [first, second] = [sets.subarray(0, 32), sets.subarray(32)];
      const mayBegin = isIn(first, text.charCodeAt(0)) && isIn(second, text.charCodeAt(1));
      return mayBegin || left(automaton, text, 0, 100) === 100;
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 1000) },
  );
});
