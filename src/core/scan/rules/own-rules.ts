import type { RuleTable } from "./file-schema.ts";
import type { Rule, RuleSet } from "./rule.ts";
import { parseRuleFile, type RuleDefinition, type RuleFile } from "./rule-file.ts";
import type { RuleProblem } from "./rule-problem.ts";
import { onlyChanges, ruleSetOf } from "./rule-set.ts";
import type { TomlPath } from "./toml-lines.ts";

/** Rules that the owner of a repository adds to Keyward's own. Plain data. */
export type OwnRules = {
  /** As people find it. */
  readonly file: string;
  readonly content:
    | { readonly kind: "toml"; readonly text: string }
    | { readonly kind: "tables"; readonly tables: readonly RuleTable[] };
  /** Whether it may take away from what is found: excuse, replace a rule of Keyward's, or disable one. */
  readonly mayExcuse: boolean;
};

/** Which rules are looked for beside Keyward's own, and which of these are not. */
export type RuleChoice = { readonly own: readonly OwnRules[]; readonly disabled: readonly string[] };

export const noChoice: RuleChoice = { own: [], disabled: [] };

const mostRules = 500;
/** Longer files are not read. */
const longestFile = 256 * 1024;

type Read = { readonly ruleSet: RuleSet; readonly disabled: readonly string[] };

/** What is wrong with rules in a list, each at its place within it. */
export function problemsOfTables(
  tables: readonly RuleTable[],
): readonly { readonly place: TomlPath; readonly message: string }[] {
  const problems: { readonly place: TomlPath; readonly message: string }[] = [];
  ruleSetOf([sourceOf(tables, (place, message) => problems.push({ place, message }))]);
  return problems;
}

/** What is wrong with a file of rules, so that nothing of it counts. */
export function problemsOfToml(text: string, file: string): readonly RuleProblem[] {
  const problems: RuleProblem[] = [];
  readToml(text, file, problems);
  return problems.filter(({ severity }) => severity === "error");
}

function readToml(text: string, file: string, problems: RuleProblem[]): Read {
  if (text.length > longestFile) {
    const message = `expected at most ${longestFile / 1024} KiB; found more`;
    problems.push({ severity: "error", file, line: 1, ruleId: null, message });
    return { ruleSet: { rules: [], allowlists: [], filters: [] }, disabled: [] };
  }
  const read = parseRuleFile(text, file, problems);
  if (read.extend.path !== undefined)
    read.report("error", ["extend", "path"], "expected all rules in one file; found a path to another");
  if (read.definitions.length > mostRules)
    read.report("error", ["rules"], `expected at most ${mostRules} rules; found ${read.definitions.length}`);
  const definitions = read.definitions.filter((one) => !changesInherited(one, read)).slice(0, mostRules);
  return { ruleSet: ruleSetOf([{ ...read, definitions }]), disabled: read.extend.disabledRules ?? [] };
}

/** An entry that finds nothing itself but changes a rule of what the file extends: Keyward's own rules stay as they are. */
const changesInherited = (definition: RuleDefinition, { extend }: RuleFile): boolean =>
  extend.useDefault === true && onlyChanges(definition);

function sourceOf(tables: readonly RuleTable[], say: (place: TomlPath, message: string) => void) {
  const definitions = tables.map((table, index): RuleDefinition => ({
    table,
    provider: "Custom",
    docs: [],
    report: (severity, place, message) => {
      if (severity === "error") say([index, ...place], message);
    },
  }));
  return { definitions, allowlists: [], filters: [], report: () => {} };
}

/**
 * Keyward's own rules with those of a choice. A rule of the same id replaces Keyward's where its owner may take away from what is
 * found, and is left out otherwise; so is everything that excuses.
 */
export function chosenRules(base: RuleSet, { own, disabled }: RuleChoice): RuleSet {
  const out = new Set(disabled);
  const replaced = new Set<string>();
  const added = new Map<string, Rule>();
  const excused: RuleSet[] = [];
  const ofKeyward = new Set(base.rules.map(({ id }) => id));
  for (const { content, file, mayExcuse } of own) {
    const { ruleSet, disabled: dropped } =
      content.kind === "toml"
        ? readToml(content.text, file, [])
        : { ruleSet: ruleSetOf([sourceOf(content.tables, () => {})]), disabled: [] };
    for (const rule of ruleSet.rules) {
      if (!mayExcuse && (ofKeyward.has(rule.id) || added.has(rule.id))) continue;
      replaced.add(rule.id);
      added.set(rule.id, rule);
    }
    if (!mayExcuse) continue;
    for (const id of dropped) out.add(id);
    excused.push(ruleSet);
  }
  return {
    rules: [...base.rules.filter(({ id }) => !replaced.has(id)), ...added.values()].filter(({ id }) => !out.has(id)),
    allowlists: [...base.allowlists, ...excused.flatMap(({ allowlists }) => allowlists)],
    filters: [...base.filters, ...excused.flatMap(({ filters }) => filters)],
  };
}

/** All ids that a choice disables, those that its files disable included. */
export function disabledBy({ own, disabled }: RuleChoice): readonly string[] {
  const inFiles = own.flatMap(({ content, file, mayExcuse }) =>
    mayExcuse && content.kind === "toml" ? readToml(content.text, file, []).disabled : [],
  );
  return [...new Set([...disabled, ...inFiles])];
}
