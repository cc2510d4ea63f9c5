import { expect, test } from "vitest";
import { nearRunOf } from "../../../../src/core/scan/engine/required-run.ts";
import { parseRe2 } from "../../../../src/core/scan/re2/parse.ts";

const runOf = (re2: string, place = 0) => nearRunOf(parseRe2(re2).node, place);

test.each([
  ["a prefix and what follows it are one run", "ghp_[A-Za-z0-9]{36}", { length: 40, end: 40 }],
  ["the least number of repetitions counts", "[0-9a-f]{32,64}", { length: 32, end: 32 }],
  ["signs in between divide it", "sk\\.[a-z]{20}\\.[0-9]{24}", { length: 24, end: 48 }],
  ["what may be missing does not count", "(?:key-)?[a-z]{20}", { length: 20, end: 24 }],
  ["of alternatives the shorter one, where the farther one ends", "x(?:[a-z]{30}| [a-z]{19})", { length: 19, end: 31 }],
  ["through optional characters of the same kind", "[a-z]{10}-?[a-z]{10}", { length: 20, end: 21 }],
  ["not beyond assertions", "\\b[a-z]{18}\\b", { length: 18, end: 18 }],
  ["behind a bounded distance", "key.{0,20}[a-z]{32}", { length: 32, end: 3 + 20 * 4 + 32 }],
  ["within what repeats", "(?:[a-z]{16}:){2}", { length: 16, end: 16 }],
])("%s", (_, re2, run) => {
  expect(runOf(re2)).toEqual(run);
});

test.each([
  ["short runs", "[a-z]{15}"],
  ["none at all", "pass: .{20}"],
  ["other characters among them", "[a-z.]{40}"],
  ["a distance without bound", "key.*[a-z]{32}"],
  ["what need not be there", "key(?: [a-z]{32})?"],
])("nothing is known of %s", (_, re2) => {
  expect(runOf(re2)).toBeNull();
});

test("it is told from the place of a word on", () => {
  expect(runOf("[a-z]{4}key[a-z]{32}", 4)).toEqual({ length: 39, end: 35 });
});
