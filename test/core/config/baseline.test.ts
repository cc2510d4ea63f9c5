import { expect, test } from "vitest";
import { parseBaseline } from "../../../src/core/config/baseline.ts";

const salt = "0".repeat(32);
const finding = { path: "a", fingerprint: "f".repeat(32), more: 1 };

test.each([
  ["JSON", JSON.stringify({ fingerprint_salt: salt, findings: [finding] })],
  ["JSON lines", `${JSON.stringify({ ...finding, fingerprint_salt: salt })}\n\n`],
])("%s: knows a finding by fingerprint and path", (_, text) => {
  const baseline = parseBaseline(text);
  if ("problem" in baseline) throw new Error(baseline.problem);
  expect(baseline.salt).toBe(salt);
  expect(baseline.has(finding)).toBe(true);
  expect(baseline.has({ ...finding, path: "b" })).toBe(false);
  expect(baseline.has({ ...finding, fingerprint: "e".repeat(32) })).toBe(false);
});

test("an empty file knows nothing", () => {
  expect(parseBaseline("")).toMatchObject({ salt: null });
});

test("what is no report is said, with its line", () => {
  const line = JSON.stringify({ ...finding, fingerprint_salt: salt });
  expect(parseBaseline(`${line}\n{`)).toEqual({ problem: expect.stringMatching(/^line 2 is not/) as unknown });
  expect(parseBaseline(`${line}\n${line.replace(salt, "1".repeat(32))}`)).toEqual({
    problem: "its findings are of reports whose fingerprints cannot be compared",
  });
});
