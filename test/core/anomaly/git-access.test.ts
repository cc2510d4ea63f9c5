import { expect, it } from "vitest";
import { credentialOf, programOf } from "../../../src/core/anomaly/git-access.ts";

const nameOf = (text: string): string => `[${text}]`;
const shown = { hashedToken: "hash", kind: "Personal access token (classic)", actor: "ada" };

it("a credential is known by its hash, and where it has none or a new one each hour by who holds it", () => {
  expect(credentialOf(shown, nameOf)).toEqual({ id: "[token hash]", kind: shown.kind });
  const kind = "GitHub App server-to-server token";
  expect(credentialOf({ ...shown, kind }, nameOf).id).toBe(`[${kind} of ada]`);
  expect(credentialOf({ hashedToken: null, kind: null, actor: null }, nameOf)).toEqual({
    id: "[unknown of nobody named]",
    kind: "unknown",
  });
});

it.each([
  ["git/2.47.1 (Apple Git-154)", "git/2.47.1"],
  ["JGit/6.10.0.202406032230-r", "JGit/6.10.0.202406032"],
  ["what somebody wants to say", null],
  ["token/abc", null],
  ["", null],
])("of %j the program is %j", (text, program) => expect(programOf(text)).toBe(program));
