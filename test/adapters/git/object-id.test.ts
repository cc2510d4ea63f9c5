import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkedObjectId, checkedRefName, isObjectId } from "../../../src/adapters/git/object-id.ts";

test.each(["a".repeat(40), "0123456789abcdef".repeat(4)])("%s is an id", (text) => {
  expect(isObjectId(text)).toBe(true);
  expect(checkedObjectId(text)).toBe(text);
});

test.each(["", "a".repeat(39), "a".repeat(41), "A".repeat(40), `${"a".repeat(40)}\n`, `-${"a".repeat(39)}`, "HEAD"])(
  "%j is not an id",
  (text) => {
    expect(() => checkedObjectId(text)).toThrow("40 or 64 hex digits");
  },
);

test.each([
  "refs/heads/main",
  "refs/heads/-x",
  "refs/heads/a/b.c",
  "refs/heads/日本",
  "refs/heads/a@b",
  "refs/tags/v1.0",
])("%s is a ref", (text) => {
  expect(checkedRefName(text)).toBe(text);
});

test("a name passes exactly when git lets it be a ref", () => {
  const piece = fc.constantFrom(
    "a",
    "b",
    "-",
    ".",
    "/",
    "..",
    "@{",
    "@",
    "~",
    "^",
    ":",
    "?",
    "*",
    "[",
    "\\",
    " ",
    "\n",
    ".lock",
    "\x7f",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const name = `refs/heads/${pieces.join("")}`;
      const git = spawnSync("git", ["check-ref-format", name]).status === 0;
      const ours = (() => {
        try {
          return checkedRefName(name) === name;
        } catch {
          return false;
        }
      })();
      expect([name, ours]).toEqual([name, git]);
    }),
    { numRuns: 200 },
  );
});

test.each(["main", "heads/main", "HEAD", "--upload-pack=x", "refs/x", "xrefs/heads/main"])(
  "%s is not a full ref",
  (text) => {
    expect(() => checkedRefName(text)).toThrow("full ref name");
  },
);
