import { expect, test } from "vitest";
import { adviceFor } from "../../../src/app/cli/formats/advice.ts";

test.each([
  ["github-personal-access-token", "GitHub", /^Revoke it at GitHub and put the new one/],
  ["generic-password", "Generic", /^Revoke it where it is valid/],
  ["netrc-password", ".netrc", /^Revoke it where it is valid/],
  ["password-hashes-bcrypt", "Password hashes", /^Revoke it where it is valid/],
  ["private-keys-pem", "Private key", /^Make a new pair of keys/],
  ["jwt", "JSON Web Token", /^Revoke it at its issuer/],
  ["ethereum-private-key", "Ethereum", /^Move everything of value to a new wallet/],
  ["solana-private-key", "Solana", /^Move everything of value to a new wallet/],
])("the advice for %s is right for its kind", (ruleId, provider, advice) => {
  expect(adviceFor({ ruleId, provider })).toMatch(advice);
});
