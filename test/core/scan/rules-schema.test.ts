import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "smol-toml";
import { expect, it } from "vitest";
import { patternsFolder } from "../../../src/adapters/files/rule-files.ts";
import { ruleFileJsonSchema } from "../../../src/core/scan/rules/json-schema.ts";

const published: unknown = JSON.parse(
  readFileSync(new URL("../../../docs/rules.schema.json", import.meta.url), "utf8"),
);

it("is published as it is in the code (else: npm run schemas)", () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(ruleFileJsonSchema())));
});

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(ruleFileJsonSchema());
const ofGitleaks = `[extend]\nuseDefault = true\n[[rules]]\nid = "a"\nregex = "x"\n[[rules.allowlists]]\nregexTarget = "line"\nregexes = ["y"]\n`;
const ofProvider = readFileSync(join(patternsFolder, "github.toml"), "utf8");

it.each([
  ["a user's file", ofGitleaks, true],
  ["a user's file with an unknown key", `${ofGitleaks}colour = 1\n`, false],
  ["a user's file with an unknown key at the top", `colour = 1\n${ofGitleaks}`, false],
  ["a provider's file with an unknown key", `colour = 1\n${ofProvider}`, false],
  ["a provider's file whose rules are those of a user", `provider = "A"\n[[rules]]\nid = "a"\nregex = "x"\n`, false],
])("accepts or refuses %s", (_what, text, accepted) => {
  expect(validate(parse(text))).toBe(accepted);
});

it("accepts every rule file", () => {
  for (const name of readdirSync(patternsFolder).filter((name) => name.endsWith(".toml"))) {
    const valid = validate(parse(readFileSync(join(patternsFolder, name), "utf8")));
    expect({ name, valid, errors: validate.errors }).toEqual({ name, valid: true, errors: null });
  }
});
