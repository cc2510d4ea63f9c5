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

it("accepts every rule file", () => {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const validate = ajv.compile(ruleFileJsonSchema());
  for (const name of readdirSync(patternsFolder).filter((name) => name.endsWith(".toml"))) {
    const valid = validate(parse(readFileSync(join(patternsFolder, name), "utf8")));
    expect({ name, valid, errors: validate.errors }).toEqual({ name, valid: true, errors: null });
  }
});
