import { describe, expect, it } from "vitest";
import { countFindings, ratesOf, type Row } from "./labelled-data.ts";

const row = (first: number, last: number, isTrue: boolean, category = "Password"): Row => ({
  id: `${first}`,
  repo: "r",
  path: "r/a.py",
  first,
  last,
  isTrue,
  valueStart: -1,
  valueEnd: -1,
  categories: [category],
});
const at = (line: number, endLine = line, path = "r/a.py") => ({ path, line, endLine });

describe("the counting rule", () => {
  const rows = [row(1, 1, true), row(3, 9, true), row(11, 11, false), row(12, 12, true, "UUID")];

  it.each([
    ["nothing found", [], { tp: 0, fp: 0, fn: 2 }],
    ["a true line, twice", [at(1), at(1)], { tp: 1, fp: 0, fn: 1 }],
    ["a line of a block", [at(5)], { tp: 1, fp: 0, fn: 1 }],
    ["a finding over two units", [at(1, 4)], { tp: 2, fp: 0, fn: 0 }],
    ["a false line", [at(11)], { tp: 0, fp: 1, fn: 2 }],
    ["an unlabelled line, twice", [at(20), at(20)], { tp: 0, fp: 1, fn: 2 }],
    ["an ignored category", [at(12)], { tp: 0, fp: 0, fn: 2 }],
    ["a licence", [at(1, 1, "r/LICENSE.txt")], { tp: 0, fp: 0, fn: 2 }],
  ])("%s", (_what, found, count) => {
    expect(countFindings(found, rows)).toEqual(count);
  });

  it("gives precision, recall and their mean", () => {
    expect(ratesOf({ tp: 3, fp: 1, fn: 3 })).toEqual({ precision: 0.75, recall: 0.5, f1: 0.6 });
    expect(ratesOf({ tp: 0, fp: 0, fn: 0 })).toEqual({ precision: 0, recall: 0, f1: 0 });
  });
});
