import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Provider } from "../../core/provider/provider.ts";
import { parseRuleFile } from "../../core/scan/rules/rule-file.ts";
import { describeProblem, type RuleProblem } from "../../core/scan/rules/rule-problem.ts";
import { patternsFolder } from "./rule-files.ts";

/** Every provider of `patterns/`, in order of its name there. Throws if a file of Keyward's own has something wrong with it. */
export function loadProviders(folder: string = patternsFolder): readonly Provider[] {
  const problems: RuleProblem[] = [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".toml"));
  const providers = names.sort().map((name) => readProvider(join(folder, name), name.replace(/\.toml$/, ""), problems));
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(`Keyward's own files do not load:\n${errors.map(describeProblem).join("\n")}`);
  return providers;
}

function readProvider(path: string, slug: string, problems: RuleProblem[]): Provider {
  const { about, definitions } = parseRuleFile(readFileSync(path, "utf8"), path, problems);
  const { provider: name, ...rest } = about;
  return { ...rest, slug, name, ruleIds: definitions.map(({ table }) => table.id) };
}
