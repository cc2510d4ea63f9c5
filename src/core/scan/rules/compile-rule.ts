import { toByteText } from "../byte-text.ts";
import type { Filter } from "../filter/filter.ts";
import { parseFilter } from "../filter/parse-filter.ts";
import { translateRe2, type BytePattern } from "../re2/translate.ts";
import { assignedKeywords, assignedRegex } from "./assigned.ts";
import type { Report } from "./parse-table.ts";
import type { AllowlistTable, RuleTable } from "./file-schema.ts";
import type { Allowlist, GlobalAllowlist, PublicByDesign, Rule } from "./rule.ts";

/** Whose file a rule is from. */
type RuleOwner = Pick<Rule, "provider" | "docs">;

/** Turns a rule's table into a rule. Reports why, and gives `null`, if it cannot be used. */
export function compileRule(table: RuleTable, owner: RuleOwner, report: Report): Rule | null {
  const source = sourceOf(table, report);
  const regex = source === null ? null : pattern(source, table.assigned ? "assigned" : "regex", report, false);
  const path = table.path === undefined ? null : pattern(table.path, "path", report, true);
  if (regex === undefined || path === undefined) return null;
  if (regex === null && path === null) {
    report("error", ["id"], "a rule needs a `regex` (or `assigned`), a `path` or both");
    return null;
  }
  if (regex !== null && (table.secretGroup ?? 0) > regex.groups.length) {
    report(
      "error",
      ["secretGroup"],
      `the regex has ${regex.groups.length} groups, secretGroup is ${table.secretGroup}`,
    );
    return null;
  }
  warnOfUnsupported(table, report);
  return {
    ...identityOf(table, owner),
    regex,
    path,
    secretGroup: table.secretGroup === undefined || table.secretGroup === 0 ? null : table.secretGroup,
    entropy: table.entropy ?? 0,
    keywords: keywordsOf(table).map((keyword) => toByteText(keyword.toLowerCase())),
    allowlists: compileAllowlists([...(table.allowlist ? [table.allowlist] : []), ...(table.allowlists ?? [])], report),
    filter: table.filter === undefined ? null : compileFilter("filter", table.filter, report),
    required: (table.required ?? []).map((part) => ({
      id: part.id,
      withinLines: part.withinLines ?? null,
      withinColumns: part.withinColumns ?? null,
      optional: part.optional ?? false,
    })),
    skipReport: table.skipReport ?? false,
    confidence: table.confidence ?? "medium",
    checksum: table.checksum ?? null,
    publicByDesign: publicByDesignOf(table),
    specificity: table.specificity ?? 100,
    examples: table.examples ?? [],
    nearMisses: table.nearMisses ?? [],
  };
}

function sourceOf({ regex, assigned }: RuleTable, report: Report): string | null {
  if (assigned === undefined) return regex ?? null;
  if (regex !== undefined) report("error", ["assigned"], "`assigned` stands for a regex: leave out `regex`");
  return assignedRegex(assigned);
}

const keywordsOf = ({ keywords, assigned }: RuleTable): readonly string[] =>
  keywords ?? (assigned && assignedKeywords(assigned)) ?? [];

function identityOf(
  table: RuleTable,
  { provider, docs }: RuleOwner,
): Pick<Rule, "id" | "provider" | "docs" | "title" | "severity" | "family" | "tags" | "prefixes"> {
  return {
    id: table.id,
    provider,
    docs,
    title: table.description ?? table.id,
    severity: table.severity ?? "high",
    family: table.family ?? table.id,
    tags: table.tags ?? [],
    prefixes: table.prefix === undefined ? [] : typeof table.prefix === "string" ? [table.prefix] : table.prefix,
  };
}

function publicByDesignOf({ publicByDesign: made }: RuleTable): PublicByDesign | null {
  return made === undefined ? null : { source: made.source, onlyIf: made.onlyIf ?? null };
}

/** `undefined`: refused, and reported about. */
function pattern(re2: string, key: string, report: Report, mayBeEmpty: boolean): BytePattern | undefined {
  const translation = translateRe2(re2, { mayBeEmpty });
  if (translation.kind === "translated") return translation.pattern;
  const around = re2.slice(translation.at, translation.at + 20);
  report("error", [key], `${key} refused at "${around}": ${translation.reason}`);
  return undefined;
}

function warnOfUnsupported(table: RuleTable, report: Report): void {
  if (table.tokenEfficiency !== undefined) {
    report("warning", ["tokenEfficiency"], "not used: how much a secret reads like words is weighed in every finding");
  }
  if (table.validate !== undefined) {
    report("warning", ["validate"], "validation expressions are not run: no provider is asked on behalf of this rule");
  }
}

/** Reads a filter expression; one that cannot be honored is reported, and nothing is dropped for it. */
export function compileFilter(key: string, source: string, report: Report): Filter | null {
  const parsed = parseFilter(source);
  if (parsed.kind === "parsed") return parsed.filter;
  report("warning", [key], `the ${key} expression is not evaluated, so more may be found than there: ${parsed.reason}`);
  return null;
}

/** Turns allowlist tables into allowlists. One with a regex that is refused is left out (so that it excuses nothing). */
export function compileAllowlists(tables: readonly AllowlistTable[], report: Report): readonly GlobalAllowlist[] {
  return tables.flatMap((table) => {
    const regexes = (table.regexes ?? []).map((regex) => pattern(regex, "allowlists", report, true));
    const paths = (table.paths ?? []).map((path) => pattern(path, "allowlists", report, true));
    const known = (found: readonly (BytePattern | undefined)[]): readonly BytePattern[] =>
      found.filter((one) => one !== undefined);
    const list = compiled(table, known(regexes), known(paths));
    if (regexes.includes(undefined) || paths.includes(undefined)) return [];
    if (list.commits.length > 0) {
      const where = "in scans of commits on the command line; the app judges content wherever it stands";
      report("warning", ["allowlists"], `\`commits\` excuse ${where}`);
    }
    const tests = list.regexes.length + list.paths.length + list.commits.length + list.stopwords.length;
    if (tests === 0) report("warning", ["allowlists"], "this allowlist tests nothing, so it excuses nothing");
    return tests === 0 ? [] : [list];
  });
}

function compiled(table: AllowlistTable, regexes: Allowlist["regexes"], paths: Allowlist["paths"]): GlobalAllowlist {
  const condition = (table.condition ?? "OR").toUpperCase();
  return {
    description: table.description ?? "",
    condition: condition === "AND" || condition === "&&" ? "all" : "any",
    regexTarget: table.regexTarget === undefined || table.regexTarget === "" ? "secret" : table.regexTarget,
    regexes,
    paths,
    commits: table.commits ?? [],
    stopwords: (table.stopwords ?? []).map((word) => toByteText(word.toLowerCase())),
    targetRules: table.targetRules ?? [],
  };
}
