import { describe, expect, it } from "vitest";
import { assignedRegex } from "../../../../src/core/scan/rules/assigned.ts";
import { translateRe2 } from "../../../../src/core/scan/re2/translate.ts";

const value = "0123456789abcdef".repeat(2);

/** What the short form finds in a text; null: nothing. */
function found(text: string): string | null {
  const translation = translateRe2(assignedRegex({ to: "acme", value: "[a-f0-9]{32}" }));
  if (translation.kind !== "translated") throw new Error(translation.reason);
  const { js } = translation.pattern;
  return new RegExp(js).exec(text)?.[1] ?? null;
}

describe("a value assigned to a name that begins with the provider's", () => {
  it.each([
    `ACME_API_KEY=${value}`,
    `export ACME_TOKEN="${value}"`,
    `"acmeApiKey": "${value}",`,
    `{\\"acme_secret\\": \\"${value}\\"}`,
    `acme.api.token => '${value}'`,
    `acmeKey := \`${value}\``,
    `<acme-key>${value}</acme-key>`,
    `<acmeToken>\n    ${value}\n</acmeToken>`,
    `X-Acme-Key: ${value}`,
    `acme_auth: Bearer ${value}`,
    `Acme API key: ${value}`,
    `config["acme_key"] = "${value}"`,
    `setAcme(acme_key, "${value}")`,
    `--acme-token ${value}`,
    `https://example.org/?acme_key=${value}&x=1`,
    `MY_ACME_KEY=${value}`,
    `acme-secret-${value}`,
    `acme private ${value}`,
    `ACME_LOGIN ?= ${value}`,
    `acmeAccess :::= "${value}"`,
  ])("is found in %s", (text) => {
    expect(found(text)).toBe(value);
  });

  it.each([
    `ACME_API_KEY=${value}0`,
    `ACME_API_KEY=${value.toUpperCase()}`,
    `ACME_REVISION=${value}`,
    `pacme_key=${value}`,
    `ACME_API_KEY=\n\n${value}`,
  ])("is not found in %j", (text) => {
    expect(found(text)).toBeNull();
  });
});
