import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toByteText } from "../../../../src/core/scan/byte-text.ts";
import { createMatcher } from "../../../../src/core/scan/re2/matcher.ts";
import { parseRe2 } from "../../../../src/core/scan/re2/parse.ts";
import { reversedNfa } from "../../../../src/core/scan/re2/nfa.ts";
import { StartFinder } from "../../../../src/core/scan/re2/start-finder.ts";
import { translateRe2 } from "../../../../src/core/scan/re2/translate.ts";

type Case = { readonly re: string; readonly texts: readonly string[]; readonly error?: true };
const cases = readFileSync(new URL("expected.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): Case => JSON.parse(line))
  .filter(({ error }) => error !== true);

function startsByAutomaton(re: string, text: string): readonly number[] {
  const nfa = reversedNfa(parseRe2(re).node);
  return nfa === null ? [] : new StartFinder(nfa).startsIn(text);
}

/** The definition: the places at which the regex matches if tried there. */
function startsByTrying(re: string, text: string): readonly number[] {
  const translation = translateRe2(re, { mayBeEmpty: true });
  const here = new RegExp(translation.kind === "translated" ? translation.pattern.js : "(?!)", "y");
  return Array.from({ length: text.length + 1 }, (_, at) => at).filter((at) => {
    here.lastIndex = at;
    return here.test(text);
  });
}

describe("StartFinder finds every place where a match begins", () => {
  it.each(cases.map((one) => [one.re, one.texts] as const))("%s", (re, texts) => {
    for (const text of texts.map(toByteText)) expect(startsByAutomaton(re, text)).toEqual(startsByTrying(re, text));
  });

  const piece = fc.constantFrom(
    "a",
    "b",
    "[ab]",
    "[^a]",
    ".",
    "\\w",
    "\\b",
    "^",
    "$",
    "(?m:^)",
    "(?m:$)",
    "\\n",
    "(?i:A)",
    "é",
  );
  const counted = fc
    .tuple(piece, fc.constantFrom("", "", "", "?", "{2}", "{0,2}", "+", "*?"))
    .map(([atom, count]) => (/^(?:\\b|\^|\$|\(\?m)/.test(atom) ? atom : atom + count));
  const sequence = fc.array(counted, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
  const regex = fc.oneof(
    sequence,
    fc.tuple(sequence, sequence).map(([a, b]) => `(?:${a}|${b})b?`),
    fc.tuple(sequence, sequence).map(([a, b]) => `${a}(${b})`),
  );
  const text = fc.string({ unit: fc.constantFrom("a", "b", "A", "_", " ", "\n", "é"), maxLength: 12 }).map(toByteText);

  it("for any regex and text", () => {
    fc.assert(
      fc.property(regex, text, (re, text) => {
        expect(startsByAutomaton(re, text)).toEqual(startsByTrying(re, text));
      }),
      { numRuns: 500 },
    );
  });

  it("when it has to forget what it built", () => {
    const re = "a[ab]{12}b";
    const text = Array.from({ length: 20_000 }, (_, at) => (Math.imul(at, 2654435761) & 0x4000 ? "a" : "b")).join("");
    expect(startsByAutomaton(re, text)).toEqual(startsByTrying(re, text));
  });
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
  ])("takes linear time on %s", (_name, re, piece) => {
    const translation = translateRe2(re);
    if (translation.kind === "refused") throw new Error(translation.reason);
    const matches = createMatcher(translation.pattern);
    const before = process.threadCpuUsage();
    expect([...matches(piece.repeat(1_000_000 / piece.length))]).toEqual([]);
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(3000);
  });

  it("gives the same matches with the automaton as without", () => {
    const re = "\\b(k[a-z]?)=(?:(\\d+)|x)";
    const translation = translateRe2(re);
    if (translation.kind === "refused") throw new Error(translation.reason);
    const text = "ka=12 k=x kk=xk=3 ".repeat(200);
    const spans = (found: Iterable<RegExpExecArray>): unknown => [...found].map((match) => match.indices?.map(String));
    expect(spans(createMatcher(translation.pattern)(text))).toEqual(
      spans(text.matchAll(new RegExp(translation.pattern.js, "dg"))),
    );
  });
});
