import { z } from "zod";
import { handlingShape } from "../../provider/provider-tables.ts";
import { providerRuleSchema, providerTopSchema, userRuleSchema, userTopSchema } from "./file-schema.ts";

/**
 * JSON Schema (draft 2020-12) of a rule file, for editors and other programs: with a top-level `provider` one of `patterns/`, else one of a
 * user's own, in the keys of gitleaks, betterleaks and Keyward.
 */
export function ruleFileJsonSchema(): object {
  const ofProvider = providerTopSchema.extend({ rules: z.array(providerRuleSchema).min(1), ...handlingShape });
  const ofUser = userTopSchema.extend({ rules: z.array(userRuleSchema).optional() });
  const { $schema, ...provider } = z.toJSONSchema(ofProvider, { target: "draft-2020-12" });
  const { $schema: _same, ...user } = z.toJSONSchema(ofUser, { target: "draft-2020-12" });
  return { $schema, title: "A Keyward rule file (TOML)", anyOf: [provider, user] };
}
