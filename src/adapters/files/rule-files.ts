import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuleSet } from "../../core/scan/rules/rule.ts";
import type { RuleProblem } from "../../core/scan/rules/rule-problem.ts";
import { parseRuleFile, type RuleFile } from "../../core/scan/rules/rule-file.ts";
import { cachedRules } from "./rule-cache.ts";
import { describeFileError } from "./file-error.ts";
import { extended, ruleSetOf, type RuleSource } from "../../core/scan/rules/rule-set.ts";

/** Rules, and everything that is to be said about the files they come from. */
export type LoadedRules = {
  readonly ruleSet: RuleSet;
  /** Whether Keyward's own rules are among them; then its detectors belong to them. */
  readonly hasOwn: boolean;
  /** Ids that users' files leave out of Keyward's own, rules of detectors among them. */
  readonly disabled: readonly string[];
  readonly problems: readonly RuleProblem[];
};

/** The folder of Keyward's own rules: `patterns/` beside `src/` and `dist/`. */
export const patternsFolder: string = fileURLToPath(new URL("../../../patterns", import.meta.url));

// As in gitleaks: a file, what it extends, and what that extends.
const maxExtendDepth = 2;

/** Keyward's own rules, as they were kept the last time or, if something has changed since, compiled. */
export function loadDefaultRules(folder: string = patternsFolder): LoadedRules {
  return { ...cachedRules(folder, process.env, () => compileOwnRules(folder)), hasOwn: true, disabled: [] };
}

/** The same, compiled: it takes two seconds. */
export function compileOwnRules(folder: string = patternsFolder): Pick<LoadedRules, "ruleSet" | "problems"> {
  const problems: RuleProblem[] = [];
  return { ruleSet: ruleSetOf(defaultSources(folder, problems)), problems };
}

/** Which rules to use. */
export type RuleChoice = {
  /** Files of users, in the format of Keyward, gitleaks or betterleaks. */
  readonly files: readonly string[];
  /** Whether Keyward's own rules are used, also if no file extends them. */
  readonly withDefault: boolean;
  /** Ids of rules to leave out. */
  readonly disabled: readonly string[];
  /** Ids of the rules of Keyward's detectors, which belong to its own rules and stand in no file. */
  readonly inCode: readonly string[];
};

/**
 * The rules of users' files with what they extend (`[extend] useDefault` stands for Keyward's own rules, `path` is taken from the
 * folder of the file, and if there is none, as gitleaks does, from the current one), and Keyward's own. Where two have the same id, the later file's rule is used, and Keyward's own last of all.
 */
export function loadRules({ files, withDefault, disabled, inCode }: RuleChoice): LoadedRules {
  if (files.length === 0 && withDefault) return loadOwnRules(disabled);
  const problems: RuleProblem[] = [];
  const users = files.map((path) => userSource(path, 0, inCode, problems));
  const extendsDefault = users.some(({ hasDefault }) => hasDefault);
  const own = withDefault && !extendsDefault ? defaultSources(patternsFolder, problems) : [];
  const hasOwn = withDefault || extendsDefault;
  return {
    ruleSet: ruleSetOf(withoutRepeats([...own, ...users], new Set(disabled)), hasOwn ? inCode : []),
    hasOwn,
    disabled: users.flatMap((user) => user.disabled),
    problems,
  };
}

/** Nothing else asked for is by far the most usual. */
function loadOwnRules(disabled: readonly string[]): LoadedRules {
  const { ruleSet, problems } = loadDefaultRules();
  const rules = ruleSet.rules.filter(({ id }) => !disabled.includes(id));
  return { ruleSet: { ...ruleSet, rules }, hasOwn: true, disabled: [], problems };
}

/** Of rules with one id in several sources the last stays. Within a source that is a mistake, which is reported later. */
function withoutRepeats(sources: readonly RuleSource[], disabled: ReadonlySet<string>): readonly RuleSource[] {
  const seen = new Set(disabled);
  const kept = sources.toReversed().map((source) => {
    const fresh = source.definitions.filter(({ table }) => !seen.has(table.id));
    for (const { table } of fresh) seen.add(table.id);
    return { ...source, definitions: fresh };
  });
  return kept.reverse();
}

function defaultSources(folder: string, problems: RuleProblem[]): readonly RuleSource[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".toml"));
  return names.sort().map((name) => readRuleFile(join(folder, name), problems));
}

const nothing = { definitions: [], allowlists: [], filters: [] };

type UserSource = RuleSource & { readonly hasDefault: boolean; readonly disabled: readonly string[] };

function userSource(path: string, depth: number, inCode: readonly string[], problems: RuleProblem[]): UserSource {
  const file = readRuleFile(path, problems);
  const { useDefault = false, path: basePath, url, disabledRules = [] } = file.extend;
  if (url !== undefined)
    file.report(
      "warning",
      ["extend", "url"],
      "rules are not fetched from the network: download the file and use `path`",
    );
  if (basePath !== undefined && depth >= maxExtendDepth) {
    file.report("error", ["extend", "path"], `files extend each other more than ${maxExtendDepth} deep`);
    return { ...file, hasDefault: false, disabled: [] };
  }
  if (basePath !== undefined && useDefault)
    file.report("error", ["extend", "useDefault"], "`path` and `useDefault` exclude each other: `path` is used");
  if (basePath !== undefined) {
    const { hasDefault, disabled, ...base } = userSource(baseOf(path, basePath), depth + 1, inCode, problems);
    const all = { ...base, isDefault: hasDefault, inCode: hasDefault ? inCode : [] };
    return { ...extended(all, file), hasDefault, disabled: hasDefault ? [...disabled, ...disabledRules] : [] };
  }
  const base = useDefault ? joined(defaultSources(patternsFolder, problems)) : nothing;
  const all = { ...base, isDefault: useDefault, inCode: useDefault ? inCode : [] };
  return { ...extended(all, file), hasDefault: useDefault, disabled: useDefault ? disabledRules : [] };
}

function baseOf(path: string, basePath: string): string {
  const beside = resolve(dirname(path), basePath);
  const here = resolve(basePath);
  return !existsSync(beside) && existsSync(here) ? here : beside;
}

function joined(sources: readonly RuleSource[]): Omit<RuleSource, "report"> {
  return {
    definitions: sources.flatMap(({ definitions }) => definitions),
    allowlists: sources.flatMap(({ allowlists }) => allowlists),
    filters: sources.flatMap(({ filters }) => filters),
  };
}

/** A file that cannot be read is a problem like others: the rest is used. */
function readRuleFile(path: string, problems: RuleProblem[]): RuleFile {
  const inside = relative(process.cwd(), path);
  const shown = inside.startsWith("..") ? path : inside;
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const message = `the file cannot be read. ${describeFileError(error)}`;
    problems.push({ severity: "error", file: shown, line: 1, ruleId: null, message });
  }
  return parseRuleFile(text, shown, problems);
}
