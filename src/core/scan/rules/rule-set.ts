import { compileRule } from "./compile-rule.ts";
import type { RuleTable } from "./file-schema.ts";
import { nearest } from "./nearest.ts";
import type { Rule, RuleSet } from "./rule.ts";
import type { RuleDefinition, RuleFile } from "./rule-file.ts";

/** Definitions that are used together, not compiled yet. */
export type RuleSource = Pick<RuleFile, "definitions" | "allowlists" | "filters" | "report">;

/**
 * Puts a file on top of what it extends, as gitleaks does: rules it disables are left out, a rule of the same id takes over what the
 * file says about it and keeps the rest, lists grow.
 */
export function extended(base: Omit<RuleSource, "report">, file: RuleFile): RuleSource {
  const disabled = new Set(file.extend.disabledRules);
  const known = base.definitions.map(({ table }) => table.id);
  for (const id of disabled) {
    if (!known.includes(id)) file.report("warning", ["extend", "disabledRules"], `to disable: ${noRule(id, known)}`);
  }
  const kept = base.definitions.filter(({ table }) => !disabled.has(table.id));
  return {
    report: file.report,
    definitions: merged([...kept, ...withoutTwins(file.definitions)]),
    allowlists: [...base.allowlists, ...file.allowlists],
    filters: [...base.filters, ...file.filters],
  };
}

/** Of several definitions of one id in the same file, which is hardly ever meant, the last, as in gitleaks. */
function withoutTwins(definitions: readonly RuleDefinition[]): readonly RuleDefinition[] {
  const last = new Map(definitions.map((definition) => [definition.table.id, definition]));
  return definitions.filter((definition) => {
    const { table, report } = definition;
    const isLast = last.get(table.id) === definition;
    if (!isLast) report("error", ["id"], `another rule "${table.id}" below takes its place; this one is left out`);
    return isLast;
  });
}

/** Joins definitions of the same id; the first keeps its place. */
function merged(definitions: readonly RuleDefinition[]): readonly RuleDefinition[] {
  const byId = new Map<string, RuleDefinition>();
  for (const definition of definitions) {
    const earlier = byId.get(definition.table.id);
    byId.set(
      definition.table.id,
      earlier === undefined
        ? definition
        : { ...definition, provider: earlier.provider, table: joined(earlier.table, definition.table) },
    );
  }
  return [...byId.values()];
}

function joined(base: RuleTable, over: RuleTable): RuleTable {
  return {
    ...base,
    ...over,
    keywords: [...(base.keywords ?? []), ...(over.keywords ?? [])],
    tags: [...(base.tags ?? []), ...(over.tags ?? [])],
    allowlists: [...(base.allowlists ?? []), ...(over.allowlists ?? [])],
  };
}

/** Compiles what several files say together. What is wrong with a rule is reported to its file and the rule left out. */
export function ruleSetOf(sources: readonly RuleSource[]): RuleSet {
  const definitions = sources.flatMap((source) => source.definitions);
  const rules = new Map<string, Rule>();
  for (const { table, provider, report } of definitions) {
    const rule = compileRule(table, provider, report);
    if (rule === null) continue;
    if (rules.has(rule.id)) report("error", ["id"], `there is a rule "${rule.id}" already; this one is left out`);
    else rules.set(rule.id, rule);
  }
  checkParts(rules, definitions);
  for (const source of sources) checkTargets(rules, source);
  return {
    rules: [...rules.values()],
    allowlists: sources.flatMap((source) => source.allowlists),
    filters: sources.flatMap((source) => source.filters),
  };
}

function checkParts(rules: ReadonlyMap<string, Rule>, definitions: readonly RuleDefinition[]): void {
  for (const { table, report } of definitions) {
    for (const part of rules.get(table.id)?.required ?? []) {
      if (!rules.has(part.id))
        report("error", ["required"], `it is never found: ${noRule(part.id, [...rules.keys()])}`);
    }
  }
}

function checkTargets(rules: ReadonlyMap<string, Rule>, { allowlists, report }: RuleSource): void {
  for (const id of allowlists.flatMap(({ targetRules }) => targetRules)) {
    if (!rules.has(id)) report("warning", ["allowlists"], `targetRules: ${noRule(id, [...rules.keys()])}`);
  }
}

function noRule(id: string, known: readonly string[]): string {
  const near = nearest(id, known);
  return `there is no rule "${id}"${near === null ? "" : `; did you mean "${near}"?`}`;
}
