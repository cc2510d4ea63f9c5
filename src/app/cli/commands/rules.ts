import { resolve } from "node:path";
import { Command } from "commander";
import { nearest } from "../../../core/scan/rules/nearest.ts";
import type { RequiredPart, Rule } from "../../../core/scan/rules/rule.ts";
import { describeProblems, type RuleProblem } from "../../../core/scan/rules/rule-problem.ts";
import { createRuleTrial } from "../../../core/scan/rules/try-rule.ts";
import { fillShape } from "../../../core/scan/shape/fill-shape.ts";
import { composeRules, type RuleBench } from "../../compose-rules.ts";

type Flags = { readonly rules: readonly string[]; readonly json?: true };
type Json = { readonly json?: true };

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `keyward rules`: what is looked for. */
export const rulesCommand = new Command("rules").description("list, show, test and check rules");

rulesCommand
  .command("list", { isDefault: true })
  .description("every rule: id, severity, provider, what it finds")
  .allowExcessArguments()
  .option("--rules <file>", "more rules (may be repeated)", collect, [])
  .option("--json", "for machines")
  .action((flags: Flags, command: Command) => {
    // As the default, it is given what is no other command.
    const [word] = command.args;
    if (word !== undefined) command.error(`keyward: there is no "rules ${word}"; there are list, show, test and check`);
    const { rules, problems } = rulesOf(flags.rules);
    console.log(flags.json === true ? JSON.stringify(rules.map(fieldsOf), null, 2) : tableOf(rules));
    report(problems);
  });

rulesCommand
  .command("show")
  .description("one rule with its regex and its examples, filled in")
  .argument("<id>")
  .option("--rules <file>", "more rules (may be repeated)", collect, [])
  .option("--json", "for machines")
  .action((id: string, flags: Flags, command: Command) => {
    const { rules, problems } = rulesOf(flags.rules);
    const rule = rules.find((rule) => rule.id === id) ?? command.error(unknownRule(id, rules));
    console.log(flags.json === true ? JSON.stringify(fieldsOf(rule), null, 2) : detailsOf(rule));
    report(problems);
  });

rulesCommand
  .command("test")
  .description("try rules on their own examples and near misses")
  .argument("[files...]", "rule files; Keyward's own rules if there are none")
  .option("--json", "for machines")
  .action((files: readonly string[], flags: Json) => {
    const { ruleSet, problems, scanner } = rulesOf(files);
    const shown = new Set(files.length === 0 ? ruleSet.rules.map(({ id }) => id) : idsIn(files));
    const tested = ruleSet.rules.filter(({ id }) => shown.has(id));
    const trial = createRuleTrial(ruleSet, scanner);
    const failures = tested.flatMap((rule) => trial(rule).map((failure) => ({ rule, ...failure })));
    const without = tested.filter(({ examples }) => examples.length === 0).map(({ id }) => id);
    const failed = new Set(failures.map(({ rule }) => rule)).size;
    if (flags.json === true) {
      const told = failures.map(({ rule, shape, message }) => ({ rule: rule.id, shape, message }));
      console.log(JSON.stringify({ tested: tested.length, failures: told, without_examples: without }, null, 2));
    } else {
      for (const { rule, shape, message } of failures) console.log(`${rule.id}: ${message}\n  in ${shape}`);
      const untested = without.length === 0 ? "" : `, ${without.length} without examples`;
      console.log(`${tested.length} rules tested, ${failed} failed${untested}.`);
    }
    report(problems);
    if (failed > 0) process.exitCode ||= 1;
  });

rulesCommand
  .command("check")
  .description("say what is wrong with rule files, with file and line")
  .argument("<files...>")
  .option("--json", "for machines")
  .action((files: readonly string[], flags: Json) => {
    const { ruleSet, problems } = onlyRulesOf(files);
    report(problems);
    if (flags.json === true) {
      const told = problems.map(({ severity, file, line, ruleId, message }) => ({
        severity,
        file,
        line,
        rule: ruleId,
        message,
      }));
      return console.log(JSON.stringify({ rules: ruleSet.rules.length, problems: told }, null, 2));
    }
    const errors = problems.filter(({ severity }) => severity === "error").length;
    console.log(`${ruleSet.rules.length} rules can be used; ${errors} errors, ${problems.length - errors} warnings.`);
  });

const rulesOf = (files: readonly string[]): RuleBench =>
  composeRules({
    files: files.map((file) => resolve(file)),
    withDefault: true,
    generic: true,
    entropy: null,
    disabled: [],
  });

const onlyRulesOf = (files: readonly string[]): RuleBench =>
  composeRules({
    files: files.map((file) => resolve(file)),
    withDefault: false,
    generic: false,
    entropy: null,
    disabled: [],
  });

function idsIn(files: readonly string[]): readonly string[] {
  const { ruleSet } = onlyRulesOf(files);
  return ruleSet.rules.map(({ id }) => id);
}

/** A rule that cannot be used means that not all could be done. */
function report(problems: readonly RuleProblem[]): void {
  for (const told of describeProblems(problems)) console.error(told);
  if (problems.some(({ severity }) => severity === "error")) process.exitCode = 2;
}

function unknownRule(id: string, rules: readonly Rule[]): string {
  const near = nearest(
    id,
    rules.map((rule) => rule.id),
  );
  if (near !== null) return `keyward: there is no rule "${id}"; did you mean "${near}"?`;
  const word = id.toLowerCase();
  const related = rules
    .filter((rule) => `${rule.id} ${rule.provider}`.toLowerCase().includes(word))
    .map((rule) => rule.id);
  const some = related.slice(0, 8).join(", ");
  return `keyward: there is no rule "${id}"; ${related.length === 0 ? '"keyward rules list" names all' : `with that in it: ${some}`}`;
}

function tableOf(rules: readonly Rule[]): string {
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  const provider = Math.max(0, ...rules.map(({ provider }) => provider.length));
  const lines = rules.map(
    (rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(8)}  ${rule.provider.padEnd(provider)}  ${rule.title}`,
  );
  return lines.join("\n");
}

function fieldsOf(rule: Rule): Record<string, unknown> {
  const { id, provider, docs, title, severity, confidence, tags, keywords, checksum, publicByDesign } = rule;
  const { examples, nearMisses } = rule;
  const patterns = { regex: rule.regex?.re2 ?? null, path: rule.path?.re2 ?? null };
  const required = rule.required.map(({ id, withinLines, withinColumns, optional }) => ({
    id,
    within_lines: withinLines,
    within_columns: withinColumns,
    optional,
  }));
  return {
    id,
    provider,
    docs,
    title,
    severity,
    confidence,
    ...patterns,
    keywords,
    required,
    checksum,
    public_by_design:
      publicByDesign === null ? null : { source: publicByDesign.source, only_if: publicByDesign.onlyIf },
    tags,
    examples,
    nearMisses,
  };
}

function partText({ id, withinLines, withinColumns, optional }: RequiredPart): string {
  const lines = withinLines === null ? [] : [`within ${withinLines} lines`];
  const columns = withinColumns === null ? [] : [`within ${withinColumns} columns`];
  const said = [optional ? "may be missing" : "needed", ...lines, ...columns];
  return `${id} (${said.join(", ")})`;
}

function publicText(made: Rule["publicByDesign"]): string | null {
  if (made === null) return null;
  return made.onlyIf === null
    ? `by design, so not reported from medium confidence on (${made.source})`
    : `by design, but only if ${made.onlyIf} (${made.source})`;
}

function detailsOf(rule: Rule): string {
  const line = (name: string, value: string | null | undefined): readonly string[] =>
    value === null || value === undefined || value === "" ? [] : [`${`${name}:`.padEnd(12)} ${value}`];
  const filled = (shape: string): string => `  ${fillShape(shape, 1).replaceAll("\n", "\n  ")}`;
  return [
    ...line("rule", rule.id),
    ...line("finds", rule.title),
    ...line("provider", rule.provider),
    ...line("severity", rule.severity),
    ...line("format", rule.confidence),
    ...line("regex", rule.regex?.re2),
    ...line("path", rule.path?.re2),
    ...line("keywords", rule.keywords.join(", ")),
    ...line("checksum", rule.checksum),
    ...line("entropy", rule.entropy > 0 ? `more than ${rule.entropy}` : null),
    ...line("public", publicText(rule.publicByDesign)),
    ...line("docs", rule.docs.join(", ")),
    ...line("parts", rule.required.map(partText).join(", ")),
    ...(rule.examples.length > 0 ? ["", "Found (made up here, never valid):", ...rule.examples.map(filled)] : []),
    ...(rule.nearMisses.length > 0 ? ["", "Not found:", ...rule.nearMisses.map(filled)] : []),
  ].join("\n");
}
