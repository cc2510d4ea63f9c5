import { expect, test } from "vitest";
import { errorKind } from "../../../src/core/errors/error-kind.ts";

const quoting = "invalid input: hunter2";

test("an error's message, which may quote what was looked at, is left out, in the stack too", () => {
  const told = errorKind(new TypeError(quoting, { cause: new Error(quoting) }));
  expect(told.error).toBe("TypeError");
  expect(told.at[0]).toMatch(/error-kind\.test\.ts/);
  expect(JSON.stringify(told)).not.toContain("hunter2");
});

test("a message over several lines does not get in among the frames", () => {
  const told = errorKind(new Error("first\n    at f (/hunter2.ts:1:2)\nlast"));
  expect(JSON.stringify(told)).not.toContain("hunter2");
});

test("a kind or a code says more, if it is a word", () => {
  expect(errorKind(Object.assign(new Error(quoting), { code: "ECONNREFUSED" })).error).toBe("Error ECONNREFUSED");
  expect(errorKind(Object.assign(new Error(quoting), { kind: "rate-limited", code: 7 })).error).toBe(
    "Error rate-limited",
  );
  expect(errorKind(Object.assign(new Error(quoting), { code: quoting })).error).toBe("Error");
});

test("what is thrown and is no error is named by its type", () => {
  expect(errorKind(quoting)).toEqual({ error: "string", at: [] });
  expect(errorKind(null)).toEqual({ error: "object", at: [] });
});
