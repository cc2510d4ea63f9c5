import { parse, TomlError } from "smol-toml";
import { noHandling, readHandling, splitHandling, type Handling } from "../../provider/read-handling.ts";
import type { Filter } from "../filter/filter.ts";
import { compileAllowlists, compileFilter } from "./compile-rule.ts";
import {
  type ExtendTable,
  providerRuleSchema,
  providerTopSchema,
  type RuleTable,
  userRuleSchema,
  userTopSchema,
} from "./file-schema.ts";
import { isTable, parseTable, type Report } from "./parse-table.ts";
import type { GlobalAllowlist } from "./rule.ts";
import type { RuleProblem } from "./rule-problem.ts";
import { type TomlPath, tomlLines } from "./toml-lines.ts";

/** A rule's table as its file has it, and how to say something about it. */
export type RuleDefinition = Pick<About, "provider" | "docs"> & { readonly table: RuleTable; readonly report: Report };

/** Whose file it is, and what is to be done about its credentials. */
export type About = Handling & {
  /** As people write it; empty for a user's file. */
  readonly provider: string;
  readonly homepage: string | null;
  readonly docs: readonly string[];
};

/** What a rule file says, before it is combined with what it extends. */
export type RuleFile = {
  readonly file: string;
  readonly about: About;
  readonly definitions: readonly RuleDefinition[];
  readonly allowlists: readonly GlobalAllowlist[];
  readonly filters: readonly Filter[];
  readonly extend: ExtendTable;
  readonly report: Report;
};

/**
 * Reads a rule file of any dialect. A file with a top-level `provider` is one of Keyward's own and held to its strict schema: an
 * unknown key is an error. Others are read as gitleaks and betterleaks read them: keys in any case, and beside an unknown
 * one the rest is used. Never throws for what the text says: problems are added to `problems`, later too, when rules are compiled.
 */
export function parseRuleFile(text: string, file: string, problems: RuleProblem[]): RuleFile {
  const document = parseToml(text, file, problems);
  const lineOf = tomlLines(text);
  const reporter: Reporter = (ruleId, base) => (severity, place, message) => {
    problems.push({ severity, file, line: lineOf([...base, ...place]), ruleId, message });
  };
  const report = reporter(null, []);
  if (document === null)
    return { file, report, about: nobody, definitions: [], allowlists: [], filters: [], extend: {} };
  const parts = withoutRules(document);
  return {
    file,
    report,
    ...("provider" in document ? readProviderFile(parts, reporter) : readUserFile(parts, reporter)),
  };
}

const nobody: About = { ...noHandling, provider: "", homepage: null, docs: [] };

type Said = Pick<RuleFile, "about" | "definitions" | "allowlists" | "filters" | "extend">;
type Parts = { readonly top: object; readonly rules: unknown };
type Reporter = (ruleId: string | null, base: TomlPath) => Report;

function readProviderFile({ top, rules }: Parts, reporter: Reporter): Said {
  const report = reporter(null, []);
  const { rest, tables } = splitHandling(top);
  const parsed = parseTable(providerTopSchema, rest, [], "strict", report);
  if (!Array.isArray(rules) || rules.length === 0) report("error", ["provider"], "a provider's file needs [[rules]]");
  const docs = listOf(parsed?.docs);
  const definitions = eachRule(rules, reporter, (value, report) => {
    const table = parseTable(providerRuleSchema, value, [], "strict", report);
    return table === null ? null : { table, provider: parsed?.provider ?? "", docs, report };
  });
  const about = {
    provider: parsed?.provider ?? "",
    homepage: parsed?.homepage ?? null,
    docs,
    ...readHandling(
      tables,
      definitions.map(({ table }) => table.id),
      report,
    ),
  };
  return {
    about,
    definitions,
    allowlists: compileAllowlists(parsed?.allowlists ?? [], report),
    filters: [],
    extend: {},
  };
}

function readUserFile({ top, rules }: Parts, reporter: Reporter): Said {
  const report = reporter(null, []);
  const parsed = parseTable(userTopSchema, top, [], "lenient", report);
  const definitions = eachRule(rules, reporter, (value, report) => {
    const table = parseTable(userRuleSchema, value, [], "lenient", report);
    return table === null ? null : { table, provider: "Custom", docs: [], report };
  });
  const filters = (["prefilter", "filter"] as const).flatMap((key) => {
    const source = parsed?.[key];
    return source === undefined ? [] : (compileFilter(key, source, report) ?? []);
  });
  const lists = [...(parsed?.allowlist ? [parsed.allowlist] : []), ...(parsed?.allowlists ?? [])];
  return {
    about: nobody,
    definitions,
    allowlists: compileAllowlists(lists, report),
    filters,
    extend: parsed?.extend ?? {},
  };
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function eachRule(
  rules: unknown,
  reporter: Reporter,
  read: (value: unknown, report: Report) => RuleDefinition | null,
): RuleDefinition[] {
  if (rules !== undefined && !Array.isArray(rules)) {
    const found = isTable(rules) ? "one [rules] table" : `a ${typeof rules}`;
    reporter(null, ["rules"])("error", [], `expected [[rules]], one for each rule; found ${found}`);
  }
  return (Array.isArray(rules) ? rules : []).flatMap((value: unknown, index) => {
    return read(value, reporter(idOf(value), ["rules", index])) ?? [];
  });
}

function idOf(rule: unknown): string | null {
  const id = isTable(rule) ? Object.entries(rule).find(([key]) => key.toLowerCase() === "id")?.[1] : null;
  return typeof id === "string" && id !== "" ? id : null;
}

function withoutRules(document: object): Parts {
  const isRules = ([key]: readonly [string, unknown]): boolean => key.toLowerCase() === "rules";
  const entries = Object.entries(document);
  return {
    top: Object.fromEntries(entries.filter((entry) => !isRules(entry))),
    rules: entries.find(isRules)?.[1],
  };
}

function parseToml(text: string, file: string, problems: RuleProblem[]): Record<string, unknown> | null {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = `not valid TOML: ${error.message.split("\n")[0] ?? ""} (column ${error.column})`;
    problems.push({ severity: "error", file, line: error.line, ruleId: null, message });
    return null;
  }
}
