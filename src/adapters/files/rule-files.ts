import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuleSet } from "../../core/scan/rules/rule.ts";
import type { RuleProblem } from "../../core/scan/rules/rule-problem.ts";
import { parseRuleFile, type RuleFile } from "../../core/scan/rules/rule-file.ts";
import { extended, ruleSetOf, type RuleSource } from "../../core/scan/rules/rule-set.ts";

/** Rules, and everything that is to be said about the files they come from. */
export type LoadedRules = { readonly ruleSet: RuleSet; readonly problems: readonly RuleProblem[] };

/** The folder of Keyward's own rules: `patterns/` beside `src/` and `dist/`. */
export const patternsFolder: string = fileURLToPath(new URL("../../../patterns", import.meta.url));

// As in gitleaks: a file, what it extends, and what that extends.
const maxExtendDepth = 2;

/** Keyward's own rules. */
export function loadDefaultRules(folder: string = patternsFolder): LoadedRules {
  const problems: RuleProblem[] = [];
  return { ruleSet: ruleSetOf(defaultSources(folder, problems)), problems };
}

/**
 * The rules of a user's file in the format of Keyward, gitleaks or betterleaks, with what it extends: `[extend] useDefault` stands for
 * Keyward's own rules, `path` is taken from the folder of the file. Throws if a file cannot be read.
 */
export function loadUserRules(path: string): LoadedRules {
  const problems: RuleProblem[] = [];
  return { ruleSet: ruleSetOf([userSource(path, 0, problems)]), problems };
}

function defaultSources(folder: string, problems: RuleProblem[]): readonly RuleSource[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".toml"));
  return names.sort().map((name) => readRuleFile(join(folder, name), problems));
}

function userSource(path: string, depth: number, problems: RuleProblem[]): RuleSource {
  const file = readRuleFile(path, problems);
  const { useDefault = false, path: basePath, url } = file.extend;
  if (url !== undefined)
    file.report(
      "warning",
      ["extend", "url"],
      "rules are not fetched from the network: download the file and use `path`",
    );
  if (basePath !== undefined && depth >= maxExtendDepth) {
    file.report("error", ["extend", "path"], `files extend each other more than ${maxExtendDepth} deep`);
    return file;
  }
  if (basePath !== undefined) return extended(userSource(resolve(dirname(path), basePath), depth + 1, problems), file);
  return extended(
    useDefault ? joined(defaultSources(patternsFolder, problems)) : { definitions: [], allowlists: [] },
    file,
  );
}

function joined(sources: readonly RuleSource[]): RuleSource {
  return {
    definitions: sources.flatMap(({ definitions }) => definitions),
    allowlists: sources.flatMap(({ allowlists }) => allowlists),
  };
}

function readRuleFile(path: string, problems: RuleProblem[]): RuleFile {
  const shown = relative(process.cwd(), path);
  return parseRuleFile(readFileSync(path, "utf8"), shown.startsWith("..") ? path : shown, problems);
}
