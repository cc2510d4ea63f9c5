import { expect, test } from "vitest";
import { adviceFor } from "../../../src/app/cli/formats/advice.ts";
import { publicityText } from "../../../src/core/scan/evidence/public-by-design.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { runKeyward, testDirectory } from "../../support/keyward-cli.ts";

test.each([
  ["github-personal-access-token", "GitHub", /^Revoke it at GitHub and put the new one/],
  ["generic-password", "Generic", /^Revoke it where it is valid/],
  ["netrc-password", ".netrc", /^Revoke it where it is valid/],
  ["password-hashes-bcrypt", "Password hashes", /^Revoke it where it is valid/],
  ["private-keys-pem", "Private key", /^Make a new pair of keys/],
  ["kubernetes-client-key", "Kubernetes", /^Make a new pair of keys/],
  ["statsig-client-key", "Statsig", /^Revoke it at Statsig/],
  ["jwt", "JSON Web Token", /^Revoke it at its issuer/],
  ["ethereum-private-key", "Ethereum", /^Move everything of value to a new wallet/],
  ["solana-private-key", "Solana", /^Move everything of value to a new wallet/],
])("the advice for %s is right for its kind", (ruleId, provider, advice) => {
  expect(adviceFor({ ruleId, provider }, null)).toMatch(advice);
});

test("nobody is told to revoke what is made to be seen by everybody", () => {
  const publicity = publicityText({
    source: "https://docs.acme.example/keys",
    onlyIf: "it is restricted to your site",
  });
  expect(adviceFor({ ruleId: "acme-client-key", provider: "Acme" }, publicity)).toBe(
    "It is public by design, but only if it is restricted to your site (https://docs.acme.example/keys): nothing need be done while that holds.",
  );
});

test.each(["text", "sarif"] as const)("%s says so of a key that is public by design", async (format) => {
  const key = fillShape("AIza{base64url:35}", 1);
  const input = `apiKey: "${key}", at: "acme.firebaseapp.com"`;
  const { stdout } = await runKeyward(testDirectory(), ["scan", "--stdin", "--format", format], { input });
  expect(stdout).toContain("It is public by design, but only if it is restricted to Firebase's own services");
  expect(stdout).not.toContain("Revoke it at Firebase");
});
