import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { loadDefaultRules } from "../../../../src/adapters/files/rule-files.ts";
import { toByteText } from "../../../../src/core/scan/byte-text.ts";
import { compileForEngine } from "../../../../src/core/scan/engine/compiled-rules.ts";
import { hasRow, type NeededRows, neededRowsOf, placesWithRow } from "../../../../src/core/scan/engine/needed-rows.ts";
import { createMatcher } from "../../../../src/core/scan/re2/matcher.ts";
import { parseRe2 } from "../../../../src/core/scan/re2/parse.ts";
import { translateRe2 } from "../../../../src/core/scan/re2/translate.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

const neededIn = (regex: string, shortest?: number): NeededRows | null => neededRowsOf(parseRe2(regex).node, shortest);
const here = { least: 0, most: 0 };

const lengthsOf = (needed: NeededRows | null): readonly number[] | undefined =>
  needed?.rows.map(({ stretches }) => stretches.reduce((sum, { times }) => sum + times, 0));

describe("of every match of", () => {
  it.each([
    ["key[ =]{1,9}([0-9a-f]{32})", [33], 3, 11],
    ["(?i)abc_([0-9]{8}-[0-9]{4})x?", [17], 0, 0],
    ["(?:one=[a-z]{20}|[0-9]{24})!", [24, 24], 0, 0],
    ["id:[a-z]{20,}#", [23], 0, 0],
    ["ab?c[a-z]{10,12}:[a-z]{5}", [16], 2, 5],
  ] as const)("%s a row is known", (regex, lengths, least, most) => {
    const needed = neededIn(regex);
    expect(lengthsOf(needed)).toEqual(lengths);
    expect(needed).toMatchObject({ least, most });
  });

  it.each(["[a-z]*", "a{0,40}", "short", "(?:abcdefghijkl|x)", ".*[a-z]{20}"])("%s none is", (regex) => {
    expect(neededIn(regex)).toBeNull();
  });
});

it("counts, which a gate does not", () => {
  const needed = neededIn("key=([0-9a-f]{32})(?:[^0-9a-z]|$)");
  const places = (text: string) => (needed === null ? null : placesWithRow(needed, text, [0, 4], here));
  expect(places(`key=${"0".repeat(32)}`)).toEqual([0]);
  expect(places(`key=${"0".repeat(32)};`)).toEqual([0]);
  for (const rest of ["0".repeat(31), "0".repeat(33), `${"0".repeat(32)}x`, `${"0".repeat(16)} ${"0".repeat(16)}`])
    expect(places(`key=${rest}`)).toEqual([]);
});

it("takes time linear in the text, whatever the places", () => {
  const needed = neededIn("a[^b]{0,200}?(?:[0-9]{400}|[0-9a-f]{300}b)");
  const text = "a".repeat(1 << 20);
  const places = Array.from({ length: text.length }, (_, at) => at);
  const begin = performance.now();
  expect(needed === null ? null : placesWithRow(needed, text, places, here)).toEqual([]);
  expect(performance.now() - begin).toBeLessThan(2000);
});

describe("a row stands in each match", () => {
  const piece = fc.constantFrom(..."a;b;[ab];[^a];.;\\b;$;é;(a);(b|ab);(?:[^a]|$);ab".split(";"));
  const counted = fc
    .tuple(piece, fc.constantFrom("", "", "", "?", "{2}", "{0,2}", "{1,3}?", "+", "*"))
    .map(([atom, count]) => (/^(?:\\b|\$)/.test(atom) ? atom : atom + count));
  const sequence = fc.array(counted, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
  const regex = fc.oneof(
    sequence,
    fc.tuple(sequence, sequence).map(([a, b]) => `(?:${a}|${b})b?`),
    fc.tuple(sequence, sequence).map(([a, b]) => `(?:${a}|(${b})){1,2}b`),
  );
  const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "é"), maxLength: 16 }).map(toByteText);

  it("of any regex", () => {
    fc.assert(
      fc.property(regex, text, (re, text) => {
        const translation = translateRe2(re, { mayBeEmpty: true });
        const needed = neededIn(re, 1);
        fc.pre(translation.kind === "translated" && needed !== null);
        if (translation.kind !== "translated" || needed === null) return;
        for (const { index } of createMatcher(translation.pattern).all(text)) {
          expect(placesWithRow(needed, text, [index], here)).toEqual([index]);
          expect(hasRow(needed, text)).toBe(true);
        }
      }),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 2000) },
    );
  });

  test("of the rules' examples", { timeout: 120_000 }, () => {
    let checked = 0;
    for (const rule of loadDefaultRules().ruleSet.rules) {
      const { needed } = compileForEngine(rule);
      if (needed === null || rule.regex === null) continue;
      const matcher = createMatcher(rule.regex);
      for (const [seed, example] of rule.examples.slice(0, 2).entries()) {
        const text = toByteText(fillShape(example, seed));
        for (const { index } of matcher.all(text)) {
          checked += 1;
          expect(placesWithRow(needed, text, [index], here), `${rule.id}, example ${seed}`).toEqual([index]);
        }
      }
    }
    expect(checked).toBeGreaterThan(900);
  });
});
