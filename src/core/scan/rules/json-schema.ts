import { z } from "zod";
import { handlingShape } from "../../provider/provider-tables.ts";
import { providerRuleSchema, providerTopSchema } from "./file-schema.ts";

/** JSON Schema (draft 2020-12) of a file of `patterns/`, for editors and other programs. */
export function ruleFileJsonSchema(): object {
  const file = providerTopSchema.extend({ rules: z.array(providerRuleSchema).min(1), ...handlingShape });
  return { title: "A Keyward rule file (TOML)", ...z.toJSONSchema(file, { target: "draft-2020-12" }) };
}
