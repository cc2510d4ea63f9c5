import type { Finding, Match } from "../../src/core/scan/finding.ts";
import { createReferenceScanner } from "../../src/core/scan/reference-scanner.ts";
import { parseRuleFile } from "../../src/core/scan/rules/rule-file.ts";
import { describeProblem, type RuleProblem } from "../../src/core/scan/rules/rule-problem.ts";
import { ruleSetOf } from "../../src/core/scan/rules/rule-set.ts";
import type { RuleSet } from "../../src/core/scan/rules/rule.ts";
import { testFingerprint } from "./fingerprint.ts";

/** The rules of a TOML text, and what is said about it, as lines for people. */
export function rulesOf(toml: string): { readonly ruleSet: RuleSet; readonly problems: readonly string[] } {
  const problems: RuleProblem[] = [];
  const ruleSet = ruleSetOf([parseRuleFile(toml, "rules.toml", problems)]);
  return { ruleSet, problems: problems.map(describeProblem) };
}

/** What the rules of a TOML text find. Throws if there is anything wrong with them. */
export function scanWith(toml: string, text: string | Uint8Array, path = "src/app.txt"): readonly Match[] {
  const { ruleSet, problems } = rulesOf(toml);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return createReferenceScanner({ ruleSet, fingerprint: testFingerprint }).scan({ path, bytes }).matches;
}

/** The findings without their secrets. */
export function findingsWith(toml: string, text: string | Uint8Array, path?: string): readonly Finding[] {
  return scanWith(toml, text, path).map(({ finding }) => finding);
}

/** The secrets that are found, in order. */
export function secretsWith(toml: string, text: string | Uint8Array, path?: string): readonly string[] {
  return scanWith(toml, text, path).map(({ secret }) => secret.reveal());
}
