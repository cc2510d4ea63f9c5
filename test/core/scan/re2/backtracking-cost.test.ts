import { describe, expect, it } from "vitest";
import { backtrackingCostOf, repeatsNothing } from "../../../../src/core/scan/re2/backtracking-cost.ts";
import { parseRe2 } from "../../../../src/core/scan/re2/parse.ts";

const rounds = 1000;
const costOf = (re: string): number => backtrackingCostOf(parseRe2(re).node, rounds);

it.each([
  ["abc", 3],
  ["\\bAC[0-9a-f]{32}\\b", 80],
  ["a{2,5}b", 12],
  ["[ab]{0,9}[bc]{0,9}c", 400],
  ["(?:ab|c)d", 7],
  ["(?:a|b){3}", 16],
  ["a+b", 2 * rounds + 4],
  ["a+=b+=c", 4 * rounds + 10],
  ["(?:[a-z]+\\.)+x", 4 * rounds * rounds],
  // A word that may stand at 51 places, and blanks that two repetitions can share in four ways.
  ["(?i)[\\w.-]{0,50}?(?:okta)(?:[ \\t\\w.-]{0,20})['\"\\s]{0,3}=['\"\\s]{0,5}([a-z0-9]{40})", 20_000],
])("of %s is at most %d steps", (re, most) => {
  expect(costOf(re)).toBeLessThanOrEqual(most);
});

describe("is more than anyone waits for", () => {
  it.each(["(a+)+$", "(a|aa)+b", "(.*a){20}", "(?:a{0,30}){0,30}b", "(\\w|\\d)+!", "(?:a?b?)*c"])("of %s", (re) => {
    expect(costOf(re)).toBeGreaterThan(1e12);
  });
});

it("sees where nothing may be repeated", () => {
  const repeats = (re: string): boolean => repeatsNothing(parseRe2(re).node);
  expect(["(a*)*", "(?:a?){2}", "(?:\\b)+x"].map(repeats)).toEqual([true, true, true]);
  expect(["(a+)*", "(?:a*)?", "a{0,3}"].map(repeats)).toEqual([false, false, false]);
});
