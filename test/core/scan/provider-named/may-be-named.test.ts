import fc from "fast-check";
import { expect, test } from "vitest";
import { createPlainSpotter } from "../../../../src/core/scan/engine/spotter.ts";
import { providerNamedDetector } from "../../../../src/core/scan/provider-named/provider-named-detector.ts";

const spotter = createPlainSpotter([]);
const spottedIn = (text: string): readonly number[] => spotter.glanceAt(text).opaque ?? [];

function expectSame(text: string): number {
  const haystack = { path: "a.txt", text, via: [] };
  const places = spottedIn(text);
  const expected = providerNamedDetector.find(haystack);
  expect(
    providerNamedDetector.spotted?.find(haystack, () => places),
    JSON.stringify(text),
  ).toEqual(expected);
  return expected.length;
}

test.each([
  "REDISMODULE_EVENT_FLUSHDB_SOMETHING",
  "stripe key NetworkPolicyPeerConfigurationSpec",
  '"k8s.io/api/core/v1beta1/stripe_token"',
  "const a1b2c3d4e5f6g7 = 1;",
])("nothing is to be looked at in %j", (text) => expect(spottedIn(text)).toEqual([]));

test("what is close before a value that is looked at is looked at too: a name is looked for behind it", () => {
  const value = ["k9w2m4x7", "q1z8"].join("");
  const text = `x8f3k2m9q1w7e5 stripe_key = ${value}`;
  expect(spottedIn(text)).toEqual([0, text.indexOf("k9w2")]);
});

const names = [
  "stripe",
  "Stripe",
  "acme",
  "mailchimp",
  "box",
  "dd",
  "aws",
  "segment",
  "SENDGRID",
  "less_annoying",
  "render",
  "front",
  "karma",
];
const credentials = [
  "key",
  "Token",
  "_secret",
  "api",
  "apis",
  "pat",
  "path",
  "auth",
  "author",
  "authentic",
  "login",
  "new ",
  ".init(",
  "client",
  "private",
];
const values = [
  "a1b2c3d4e5f6g7h8",
  "9f86d081884c7d659a2feaa0c55ad015",
  "qwxzkjvbqpmzxwkjhgfq",
  "deadbeefdeadbeefab",
  "AbCdEfGh12345678-_x",
  "xxxxxxxxxxxxxx",
  "123e4567-e89b-12d3-a456-426614174000",
  "ThisReadsLikeManyWordsTogether",
  "12345678901234567890",
  "a/b/c12/d34efghij",
  "k8s.io/x/v1",
];
const marks = [...Array.from("=:,;&?#/.-_ \n\t\"'()<>[]{}%+~@"), "::", " = ", "https://", "\\", "==", "\xc3\xa9"];
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...names) },
      { weight: 2, arbitrary: fc.constantFrom(...credentials) },
      { weight: 4, arbitrary: fc.constantFrom(...values) },
      { weight: 6, arbitrary: fc.constantFrom(...marks) },
      { weight: 1, arbitrary: fc.constantFrom(" ", "a", "\n", "x1").map((piece) => piece.repeat(45)) },
    ),
    { maxLength: 22 },
  )
  .map((parts) => parts.join(""));

test.each([
  (value: string) => `stripe_key = "${value}"`,
  (value: string) => `Stripe: ${value}\n`,
  (value: string) => `curl https://x.test/?a=1&stripe_token=${value}`,
  (value: string) => `ddApiKey='${value}'`,
  (value: string) => `stripe.init("${value}")`,
  (value: string) => `stripe-secret-${value}`,
  (value: string) => `x8f3k2m9q1w7e5 stripe_key = "${value}"`,
])("what is found is looked at: %s", (textOf) => {
  expect(expectSame(textOf(["9f86d081884c7d65", "9a2feaa0c55ad015"].join("")))).toBe(1);
});

test("what is passed over is nothing that would be found", () => {
  fc.assert(
    fc.property(text, (sample) => void expectSame(sample)),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 2000) },
  );
});
