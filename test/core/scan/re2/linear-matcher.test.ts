import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toByteText } from "../../../../src/core/scan/byte-text.ts";
import { repeatsNothing } from "../../../../src/core/scan/re2/backtracking-cost.ts";
import { LinearMatcher, type RegexMatch } from "../../../../src/core/scan/re2/linear-matcher.ts";
import { createMatcher } from "../../../../src/core/scan/re2/matcher.ts";
import { matchingNfa } from "../../../../src/core/scan/re2/nfa.ts";
import { parseRe2 } from "../../../../src/core/scan/re2/parse.ts";
import { translateRe2 } from "../../../../src/core/scan/re2/translate.ts";

type Case = {
  readonly re: string;
  readonly texts: readonly string[];
  readonly error?: true;
  readonly found: readonly (readonly (readonly number[])[])[];
};
/** What Go's regexp package says (`translate.test.ts`). */
const cases = readFileSync(new URL("expected.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): Case => JSON.parse(line))
  .filter(({ error }) => error !== true);

function linearOf(re: string): LinearMatcher {
  const { node, names } = parseRe2(re);
  const nfa = matchingNfa(node);
  if (nfa === null) throw new Error("too large");
  return new LinearMatcher(nfa, names.length);
}

function patternOf(re: string) {
  const translation = translateRe2(re, { mayBeEmpty: true });
  if (translation.kind === "refused") throw new Error(translation.reason);
  return translation.pattern;
}

const spansOf = (found: Iterable<Pick<RegexMatch, "indices"> | RegExpExecArray>): readonly (readonly number[])[] =>
  [...found].map(({ indices = [] }) => indices.flatMap((span) => span ?? [-1, -1]));

const byAutomaton = (re: string, text: string) => spansOf(linearOf(re).matchesIn(text));
const byBacktracking = (re: string, text: string) => spansOf(text.matchAll(new RegExp(patternOf(re).js, "dg")));

describe("the automaton finds the matches and groups", () => {
  it.each(cases.map((one) => [one.re, one] as const))("that Go finds: %s", (re, { texts, found }) => {
    expect(texts.map((text) => byAutomaton(re, toByteText(text)))).toEqual(found);
  });

  const piece = fc.constantFrom(
    ..."a;b;[ab];[^a];.;\\w;\\b;\\B;^;$;(?m:^);(?m:$);\\n;(?i:A);é;(a);(b|ab);(?:a|aa)".split(";"),
  );
  const counted = fc
    .tuple(piece, fc.constantFrom("", "", "", "?", "??", "{2}", "{0,2}", "{1,3}?", "+", "*?", "*"))
    .map(([atom, count]) => (/^(?:\\b|\\B|\^|\$|\(\?m)/.test(atom) ? atom : atom + count));
  const sequence = fc.array(counted, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
  const regex = fc.oneof(
    sequence,
    fc.tuple(sequence, sequence).map(([a, b]) => `(?:${a}|${b})b?`),
    fc.tuple(sequence, sequence).map(([a, b]) => `${a}(${b})`),
    fc.tuple(sequence, sequence).map(([a, b]) => `(?:${a}|(${b}))+b`),
    fc.tuple(sequence, sequence).map(([a, b]) => `(?:(${a}b)|${b}){1,3}?`),
  );
  const text = fc.string({ unit: fc.constantFrom("a", "b", "A", "_", " ", "\n", "é"), maxLength: 16 }).map(toByteText);
  const numRuns = Number(process.env["FUZZ_RUNS"] ?? 1000);

  it("that a backtracking engine finds, for any regex and text", { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(regex, text, (re, text) => {
        fc.pre(!repeatsNothing(parseRe2(re).node));
        expect(byAutomaton(re, text)).toEqual(byBacktracking(re, text));
        expect(linearOf(re).isIn(text)).toBe(byBacktracking(re, text).length > 0);
      }),
      { numRuns },
    );
  });

  it("between two places as if the text were known beyond", () => {
    const found = linearOf("\\b(a+)$?").matchesIn("xa aab a", 3, 6);
    expect(spansOf(found)).toEqual([[3, 5, 3, 5]]);
  });

  it("across the borders of pieces, and from one that ends in another", () => {
    const re = "<([^<>]*)>|(x)";
    const text = ["x".repeat(4090), `<${"y".repeat(9000)}>`, "x<>".repeat(3000), `<${"z".repeat(4095)}>`].join("x");
    expect(byAutomaton(re, text)).toEqual(byBacktracking(re, text));
  });

  it("when it has to forget what it built", () => {
    const re = "(a)[ab]{12}b";
    const text = Array.from({ length: 20_000 }, (_, at) => (Math.imul(at, 2654435761) & 0x4000 ? "a" : "b")).join("");
    expect(byAutomaton(re, text)).toEqual(byBacktracking(re, text));
  });
});

const megabyte = 1e6;
const linearMs = 3000;

it("is refused what would be too large, not what is counted twice", () => {
  const sizeOf = (re: string): number => matchingNfa(parseRe2(re).node)?.instructions.length ?? Infinity;
  expect(sizeOf("[^{}]{0,1000}(?:a|b)[^{}]{0,1000}x{1000}")).toBe(5003 + 1);
  expect(translateRe2("[a-z]{1000}".repeat(7)).kind).toBe("translated");
  expect(translateRe2("[a-z]{1000}".repeat(8))).toMatchObject({ kind: "refused", at: 0 });
});

describe("a matcher", () => {
  it.each([
    [
      "a slow preamble",
      "(?i)[\\w.-]{0,50}?(?:okta)(?:[ \\t\\w.-]{0,20})['\"\\s]{0,3}=['\"\\s]{0,5}([a-z0-9]{40})",
      "okta",
    ],
    ["a literal that repeats", "begin[^-]{10,}?end", "begin "],
    ["two open repetitions", "[a-z]+[a-z0-9]+=", "ab"],
    ["repetitions in repetitions", "(a+)+b", "a"],
    ["options that overlap", "(a|aa)+b", "a"],
    ["repetitions of anything", "(.*a){20}b", "a"],
    ["counters in counters", "(?:(?:a{0,30}){0,30}b)c", "a"],
    ["many states", "a[ab]{40}c", "abbabaabaabbbabaaabab"],
    ["what is given up late", "(?:[a-z]{0,1000}[0-9]|[a-z])!", "x"],
  ])("takes linear time on %s", (_name, re, piece) => {
    const matcher = createMatcher(patternOf(re));
    const before = process.threadCpuUsage();
    const text = piece.repeat(megabyte / piece.length);
    expect([...matcher.all(text)]).toEqual([]);
    expect(matcher.isIn(text)).toBe(false);
    expect([...matcher.within(text, [{ first: 0, last: text.length - 1 }])]).toEqual([]);
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(linearMs);
  });

  it.each([
    ["(a+)+$", "a", 1],
    ["(?:(?:a+)+b|a)", "a", megabyte],
    ["[a-z]+1|[a-z]", "x", megabyte],
  ])("takes linear time where it matches: %s", (re, piece, count) => {
    const matcher = createMatcher(patternOf(re));
    const before = process.threadCpuUsage();
    expect([...matcher.all(piece.repeat(megabyte))]).toHaveLength(count);
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(linearMs);
  });

  it("gives the same matches whichever way it goes", () => {
    const re = "\\b(k[a-z]?)=(?:(\\d+)|x)";
    const matcher = createMatcher(patternOf(re));
    const text = "ka=12 k=x kk=xk=3 ".repeat(20_000);
    const expected = byBacktracking(re, text);
    expect(spansOf(matcher.all(text))).toEqual(expected);
    const places = Array.from(text.matchAll(/k/g), ({ index }) => ({ first: index, last: index }));
    expect(spansOf(matcher.within(text, places))).toEqual(expected);
    expect(
      spansOf(
        matcher.within(
          text.slice(0, 90),
          places.filter(({ last }) => last < 90),
        ),
      ),
    ).toEqual(byBacktracking(re, text.slice(0, 90)));
  });

  it("takes what is long as a whole", () => {
    const text = `x${"a".repeat(40_000)}`;
    expect(spansOf(createMatcher(patternOf("xa*")).all(text))).toEqual([[0, text.length]]);
  });
});
