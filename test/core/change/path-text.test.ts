import { expect, test } from "vitest";
import { pathText } from "../../../src/core/change/path-text.ts";

test.each(["plain", "with\nline", 'with "quotes"', "日本", "\ufeff", ""])("UTF-8 stays as it is: %j", (text) => {
  expect(pathText(Buffer.from(text).toString("latin1"))).toBe(text);
});

test("anything else is quoted as git's own listings do", () => {
  const every = Buffer.from(Array.from({ length: 255 }, (_, byte) => byte + 1));
  const text = pathText(every.toString("latin1"));
  expect(text).toMatch(/^"\\001\\002\\003\\004\\005\\006\\a\\b\\t\\n\\v\\f\\r\\016/);
  expect(text).toContain(String.raw` !\"#`);
  expect(text).toContain(String.raw`[\\]`);
  expect(text).toMatch(/~\\177\\200.*\\377"$/);
});
