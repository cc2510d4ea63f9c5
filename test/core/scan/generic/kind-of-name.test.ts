import fc from "fast-check";
import { expect, test } from "vitest";
import { meaningOfName } from "../../../../src/core/scan/generic/credential-names.ts";
import { kindOfName, ofCredential, ofKey, ofNothing } from "../../../../src/core/scan/generic/kind-of-name.ts";

const kindOf = (name: string): number => kindOfName(name, 0, name.length);

test.each([
  ["keyboard", ofNothing],
  ["authorizer", ofNothing],
  ["tokenizer", ofNothing],
  ["labelKeys", ofKey],
  ["foreignkey", ofKey],
  ["PUBLIC_KEY", ofKey],
  ["apiKey", ofCredential],
  ["nkey", ofCredential],
  ["dbpassword", ofCredential],
  ["AWSSecretAccessKey", ofCredential],
  ["contrase\xc3\xb1a", ofCredential],
])("%s", (name, kind) => expect(kindOf(name)).toBe(kind));

const words =
  "key keys api secret token tokens pass pwd db my n x foreign public access id keyid apikey monkey seed auth or ing word s".split(
    " ",
  );
const piece = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...words).map((word) => word.toUpperCase()),
  fc.constantFrom(...words).map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  fc.constantFrom("_", "-", ".", "$", "1", "\xc3\xa9"),
);

test("a name is never of less than its words say", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
      const name = pieces.join("");
      const { class: said } = meaningOfName(name);
      expect(kindOf(name), name).toBeGreaterThanOrEqual(
        said === "none" ? ofNothing : said === "key" ? ofKey : ofCredential,
      );
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 2000) },
  );
});
