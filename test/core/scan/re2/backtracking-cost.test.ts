import { expect, it } from "vitest";
import { backtrackingCostOf } from "../../../../src/core/scan/re2/backtracking-cost.ts";
import { parseRe2 } from "../../../../src/core/scan/re2/parse.ts";

it.each([
  ["abc", 3],
  ["\\bAC[0-9a-f]{32}\\b", 36],
  ["a{2,5}b", 9],
  ["[ab]{0,9}[bc]{0,9}c", 9 + 10 * 9 + 100],
  ["(?:ab|c)d", 5],
  ["(?:a|b){3}", 16],
  ["a+", Infinity],
  ["(?:a?b){0,4}", Infinity],
])("of %s is at most %d steps", (re, most) => {
  expect(backtrackingCostOf(parseRe2(re).node)).toBeLessThanOrEqual(most);
});

it("is unbounded where a repetition is", () => {
  expect(backtrackingCostOf(parseRe2("x[a-z]*y").node)).toBe(Infinity);
});
