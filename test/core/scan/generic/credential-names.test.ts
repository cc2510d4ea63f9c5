import { describe, expect, it } from "vitest";
import { meaningOfName, wordsOfName } from "../../../../src/core/scan/generic/credential-names.ts";

describe("names", () => {
  it.each([
    ["dbPassword", ["db", "password"]],
    ["DB_PASSWORD", ["db", "password"]],
    ["mysqlpassword", ["mysql", "password"]],
    ["AWSSecretAccessKey", ["aws", "secret", "access", "key"]],
    ["apikey", ["api", "key"]],
    ["hostkey", ["host", "key"]],
    ["monkey", ["monkey"]],
    ["constructor", ["constructor"]],
  ])("%s is %j", (name, words) => {
    expect(wordsOfName(name)).toEqual(words);
  });

  it.each([
    ["password", "password"],
    ["user.passwd", "password"],
    ["client-secret", "secret"],
    ["cle_secrete", "secret"],
    ["refreshToken", "token"],
    ["API_KEY", "api-key"],
    ["primary", "none"],
    ["key", "key"],
    ["author", "none"],
    ["basic_auth", "auth"],
  ])("%s means %s", (name, kind) => {
    expect(meaningOfName(name).class).toBe(kind);
  });

  it.each(["password_field", "tokenType", "secretName", "api_key_id", "passwordHash".replace("Hash", "Length")])(
    "%s is about a credential",
    (name) => {
      expect(meaningOfName(name).about).toBe(true);
    },
  );

  it.each(["public_key", "STRIPE_PUBLISHABLE_KEY", "tokenizationKey", "max_tokens", "next_page_token", "primary_key"])(
    "%s is another thing",
    (name) => {
      expect(meaningOfName(name).other).toBe(true);
    },
  );
});
