// Writes the published JSON Schemas from the schemas in the code. Run by `npm run schemas`; a test checks that they are current.
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { ruleFileJsonSchema } from "../src/core/scan/rules/json-schema.ts";

const path = new URL("../docs/rules.schema.json", import.meta.url);
writeFileSync(path, await format(JSON.stringify(ruleFileJsonSchema()), { parser: "json", printWidth: 120 }));
