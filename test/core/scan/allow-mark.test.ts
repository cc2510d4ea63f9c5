import { expect, it } from "vitest";
import { hasAllowMark } from "../../../src/core/scan/allow-mark.ts";

const markOf = (text: string): boolean => {
  const start = text.indexOf("SECRET");
  return hasAllowMark(text, start, start + 6);
};

it.each([
  ["key = SECRET # keyward:allow", true],
  ["// keyward:allow because\nkey = SECRET", false],
  ["a\nkey = SECRET // keyward:allow: a fixture\nb", true],
  ["key = SECRET\n# keyward:allow", false],
  [`/* keyward:allow */${" ".repeat(600)}SECRET`, false],
  ["SECRET", false],
])("%j: %s", (text, expected) => {
  expect(markOf(text)).toBe(expected);
});
