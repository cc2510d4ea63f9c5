import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { confidenceLevels } from "../scan/finding.ts";
import { parseTable } from "../scan/rules/parse-table.ts";
import type { RuleProblem } from "../scan/rules/rule-problem.ts";
import { tomlLines } from "../scan/rules/toml-lines.ts";

const texts = z.array(z.string());

const schema = z.strictObject({
  minConfidence: z.enum(confidenceLevels).optional(),
  rules: texts.optional(),
  defaultRules: z.boolean().optional(),
  generic: z.boolean().optional(),
  entropy: z.strictObject({ base64: z.number().optional(), hex: z.number().optional() }).optional(),
  disabledRules: texts.optional(),
  exclude: texts.optional(),
  respectGitignore: z.boolean().optional(),
  archives: z.boolean().optional(),
  maxBytes: z.int().positive().optional(),
  baseline: z.string().optional(),
});

/** What a file given with `--config` says. Paths are as written there: relative to its folder. */
export type ScanConfig = z.infer<typeof schema>;

/** Reads such a file. Any problem, an unknown key too, makes it `null`: a scan with half its configuration would mislead. */
export function parseScanConfig(
  text: string,
  file: string,
): { readonly config: ScanConfig | null; readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const say = (line: number, message: string): void =>
    void problems.push({ severity: "error", file, line, ruleId: null, message });
  try {
    const lineOf = tomlLines(text);
    const config = parseTable(schema, parse(text), [], "strict", (_, place, message) => say(lineOf(place), message));
    return { config, problems };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    say(error.line, `not valid TOML: ${error.message.split("\n")[0] ?? ""} (column ${error.column})`);
    return { config: null, problems };
  }
}
