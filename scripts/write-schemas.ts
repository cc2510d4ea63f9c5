// Writes the published JSON Schemas from the schemas in the code. Run by `npm run schemas`; tests check that they are current.
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { keywardFileJsonSchema } from "../src/core/config/json-schema.ts";
import { ruleFileJsonSchema } from "../src/core/scan/rules/json-schema.ts";

const published = { "rules.schema.json": ruleFileJsonSchema(), "keyward.schema.json": keywardFileJsonSchema() };
for (const [name, schema] of Object.entries(published)) {
  const text = await format(JSON.stringify(schema), { parser: "json", printWidth: 120 });
  writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
}
