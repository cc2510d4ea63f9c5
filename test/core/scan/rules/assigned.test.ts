import { describe, expect, it } from "vitest";
import { type Assigned, assignedRegex } from "../../../../src/core/scan/rules/assigned.ts";
import { translateRe2 } from "../../../../src/core/scan/re2/translate.ts";

const value = "0123456789abcdef".repeat(2);

/** What the short form finds in a text; null: nothing. */
function found(text: string, url?: Assigned["url"]): string | null {
  const translation = translateRe2(assignedRegex({ to: "acme", value: "[a-f0-9]{32}", url }));
  if (translation.kind !== "translated") throw new Error(translation.reason);
  const { js } = translation.pattern;
  const groups = new RegExp(js).exec(text)?.slice(1);
  return groups?.find((group) => group !== undefined) ?? null;
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

describe("a value in a URL of the provider's", () => {
  const query = { host: String.raw`api\.acme\.example`, parameter: "key" };
  const path = { host: String.raw`api\.acme\.example`, path: "/v6/" };

  it.each([
    [`https://api.acme.example/games?key=${value}&page=2`, query],
    [`http://API.acme.example?page=2&KEY=${value}`, query],
    [`"//api.acme.example:8080/a/b?x=\${y}&key=${value}"`, query],
    [`https://api.acme.example/v6/${value}/latest`, path],
    [`ACME_KEY=${value}`, path],
  ])("is found in %s", (text, url) => {
    expect(found(text, url)).toBe(value);
  });

  it.each([
    [`https://api.acme.example/games?page=${value}`, query],
    [`https://api.other.example/games?key=${value}`, query],
    [`https://api.acme.example/games?key=${value}0`, query],
    [`https://api.acme.example/games page?key=${value}`, query],
    [`https://api.acme.example/v7/${value}/latest`, path],
  ])("is not found in %s", (text, url) => {
    expect(found(text, url)).toBeNull();
  });
});
