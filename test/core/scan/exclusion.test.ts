import { expect, test } from "vitest";
import { exclusionOf } from "../../../src/core/scan/exclusion.ts";

test.each([
  ["*.min.js", "a/b.min.js", false, true],
  ["*.min.js", "b.min.jsx", false, false],
  ["vendor", "a/vendor/x/y", false, true],
  ["vendor/", "a/vendor", true, true],
  ["vendor/", "a/vendor", false, false],
  ["vendor/", "a/vendor/b", false, true],
  ["/vendor", "a/vendor", true, false],
  ["/vendor", "vendor/a", false, true],
  ["./vendor", "vendor", true, true],
  ["a/*/c", "a/b/c", false, true],
  ["a/*/c", "x/a/b/c", false, false],
  ["a/**/c", "a/x/y/c", false, true],
  [".*", "a/.env", false, true],
  ["!a", "a", false, false],
  ["#a", "#a", false, true],
])("%s on %s (a directory: %s): %s", (glob, path, isDirectory, expected) => {
  expect(exclusionOf([glob])(path, isDirectory)).toBe(expected);
});
