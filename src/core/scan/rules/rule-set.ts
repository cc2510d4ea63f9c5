import { compileAllowlists, compileRule } from "./compile-rule.ts";
import type { RuleTable } from "./file-schema.ts";
import { nearest } from "./nearest.ts";
import type { GlobalAllowlist, Rule, RuleSet } from "./rule.ts";
import type { RuleDefinition, RuleFile } from "./rule-file.ts";

/** Definitions that are used together, not compiled yet. */
export type RuleSource = Pick<RuleFile, "definitions" | "allowlists" | "filters" | "report">;

/** What a file extends. `inCode`: ids of rules of detectors, which no file defines and everything else can name. */
export type Base = Omit<RuleSource, "report"> & { readonly isDefault: boolean; readonly inCode: readonly string[] };

/**
 * Puts a file on top of what it extends, as gitleaks does: rules it disables are left out, a rule of the same id takes over what the
 * file says about it and keeps the rest, lists grow. Where that is Keyward's own rules in place of gitleaks', an entry may be about a rule
 * that is not there: it is told, and as it could only excuse, nothing is missed.
 */
export function extended(base: Base, file: RuleFile): RuleSource {
  const disabled = new Set(file.extend.disabledRules);
  const inFiles = new Set(base.definitions.map(({ table }) => table.id));
  const known = [...inFiles, ...base.inCode];
  for (const id of disabled) {
    if (!known.includes(id)) file.report("warning", ["extend", "disabledRules"], `to disable: ${noRule(id, known)}`);
  }
  const kept = base.definitions.filter(({ table }) => !disabled.has(table.id));
  const own = withoutTwins(file.definitions);
  const elsewhere = base.isDefault ? own.filter((one) => onlyChanges(one) && !inFiles.has(one.table.id)) : [];
  return {
    report: file.report,
    definitions: merged([...kept, ...own.filter((one) => !elsewhere.includes(one))]),
    allowlists: [...base.allowlists, ...file.allowlists, ...elsewhere.flatMap((one) => excusedIn(one, known))],
    filters: [...base.filters, ...file.filters],
  };
}

/** Whether an entry finds nothing itself, but changes a rule of what its file extends. */
export const onlyChanges = ({ table }: RuleDefinition): boolean =>
  table.regex === undefined && table.path === undefined && table.assigned === undefined;

/** What such an entry excuses of a rule that is code: the rest of it stays as it is. */
function excusedIn({ table, report }: RuleDefinition, known: readonly string[]): readonly GlobalAllowlist[] {
  const { id, description: _, allowlist, allowlists = [], ...rest } = table;
  if (!known.includes(id)) {
    report("warning", ["id"], `to change: ${noRule(id, known)}; Keyward's own rules stand for gitleaks' here`);
    return [];
  }
  const others = Object.keys(rest);
  if (others.length > 0)
    report(
      "warning",
      [others[0] ?? "id"],
      `${others.join(", ")}: of "${id}" nothing but \`allowlists\` can be added to`,
    );
  const lists = compileAllowlists([...(allowlist ? [allowlist] : []), ...allowlists], report);
  return lists.map((list) => ({ ...list, targetRules: [id] }));
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
        : {
            ...definition,
            provider: earlier.provider,
            docs: earlier.docs,
            table: joined(earlier.table, definition.table),
          },
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

/**
 * Compiles what several files say together. What is wrong with a rule is reported to its file and the rule left out. `inCode`: ids of
 * the rules of detectors, which allowlists may be for.
 */
export function ruleSetOf(sources: readonly RuleSource[], inCode: readonly string[] = []): RuleSet {
  const definitions = sources.flatMap((source) => source.definitions);
  const rules = new Map<string, Rule>();
  for (const { table, report, ...owner } of definitions) {
    const rule = compileRule(table, owner, report);
    if (rule === null) continue;
    if (rules.has(rule.id)) report("error", ["id"], `there is a rule "${rule.id}" already; this one is left out`);
    else rules.set(rule.id, rule);
  }
  checkParts(rules, definitions);
  const ids = [...rules.keys(), ...inCode];
  for (const source of sources) checkTargets(ids, source);
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

function checkTargets(known: readonly string[], { allowlists, report }: RuleSource): void {
  for (const id of allowlists.flatMap(({ targetRules }) => targetRules)) {
    if (!known.includes(id)) report("warning", ["allowlists"], `targetRules: ${noRule(id, known)}`);
  }
}

function noRule(id: string, known: readonly string[]): string {
  const near = nearest(id, known);
  return `there is no rule "${id}"${near === null ? "" : `; did you mean "${near}"?`}`;
}
