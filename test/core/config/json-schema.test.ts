import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { keywardFileJsonSchema } from "../../../src/core/config/json-schema.ts";
import { parseKeywardFile } from "../../../src/core/config/keyward-config.ts";

const published: unknown = JSON.parse(
  readFileSync(new URL("../../../docs/keyward.schema.json", import.meta.url), "utf8"),
);

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(keywardFileJsonSchema());

it("is published as it is in the code (else: npm run schemas)", () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(keywardFileJsonSchema())));
});

/** The YAML of every document that has a section of the file in it. */
const examples = ["configuration.md", "incidents.md", "providers.md"].flatMap((name) => {
  const text = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
  return blocks.map((block, index) => [`${name}, example ${index + 1}`, block] as const);
});

describe("of the documents", () => {
  it.each(examples)("%s is read, and the schema accepts it", (_, text) => {
    expect(parseKeywardFile(text, "organization")).toMatchObject({ kind: "read" });
    expect([validate(parse(text) ?? {}), validate.errors]).toEqual([true, null]);
  });
});

describe("what is refused", () => {
  it.each(["incidents: { probbing: true }", "polizei: {}", "incidents: { overlap-hours: 99 }", "incidents: []"])(
    "by one is refused by the other: %s",
    (text) => {
      expect(parseKeywardFile(text, "organization")).toMatchObject({ kind: "not-understood" });
      expect(validate(parse(text))).toBe(false);
    },
  );
});
