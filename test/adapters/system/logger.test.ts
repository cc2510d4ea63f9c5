import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomInt } from "node:crypto";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { createLogger } from "../../../src/adapters/system/logger.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { redactedText } from "../../../src/adapters/system/redacted.ts";
import { newToken } from "../../support/tokens.ts";

function logged(...[message, fields]: Parameters<ReturnType<typeof createLogger>["warn"]>): Record<string, unknown> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-log-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  createLogger("warn", join(directory, "log")).warn(message, fields);
  return JSON.parse(readFileSync(join(directory, "log"), "utf8")) as Record<string, unknown>;
}

const filled = (shape: string): string => fillShape(shape, randomInt(2 ** 31));

it("ids, counts, names and addresses are logged as they are", () => {
  const fields = {
    installation: 7,
    repo: "acme/shop",
    sha: "c".repeat(40),
    url: "https://github.com/acme?x=1",
    none: null,
  };
  expect(logged("a job failed", { ...fields, of: [{ deep: true }] })).toMatchObject({
    msg: "a job failed",
    ...fields,
    of: [{ deep: true }],
  });
});

it.each([
  ["a token of GitHub", () => newToken()],
  ["a fine-grained one", () => filled("github_pat_{alnum:22}_{alnum:59}")],
  ["a signed one", () => filled("eyJ{alnum:20}.eyJ{alnum:30}.{alnum:40}")],
  ["a header", () => `Authorization: Bearer ${filled("{alnum:32}")}`],
  ["an address with a password", () => `postgres://keyward:${filled("{alnum:16}")}@db/keyward`],
  ["a private key", () => `-----BEGIN RSA PRIVATE KEY-----\n${filled("{alnum:64}")}\n-----END RSA PRIVATE KEY-----`],
] as const)("%s is redacted wherever it stands", (_what, make) => {
  const text = make();
  const [secret = text] =
    /[A-Za-z0-9]{16,}/.exec(text.replace(/^.*?(Bearer |keyward:|-{5}\n|ghp_|pat_|eyJ)/s, "")) ?? [];
  const line = logged(`it was ${text}`, { said: text, list: [{ also: text }] });
  expect(JSON.stringify(line)).not.toContain(secret);
  expect(JSON.stringify(line).split("[redacted]")).toHaveLength(4);
});

it("what is called a credential is redacted, and of an error its name is enough", () => {
  const value = filled("{alnum:12}");
  const line = logged("", {
    clientSecret: value,
    of: { password: value, api_key: value, tokens: [[value], 7] },
    cause: new TypeError(value),
  });
  expect(JSON.stringify(line)).not.toContain(value);
  expect(line).toMatchObject({ clientSecret: "[redacted]", cause: { name: "TypeError" } });
});

it("what is redacted stays so, and a text without a credential is itself", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const once = redactedText(text);
      expect(redactedText(once)).toBe(once);
    }),
  );
  expect(redactedText("a job failed for installation 7 (Error ECONNREFUSED)")).toBe(
    "a job failed for installation 7 (Error ECONNREFUSED)",
  );
});
