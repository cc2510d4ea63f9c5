import type { Severity } from "../scan/finding.ts";
import { patternMatches } from "./code-owners.ts";
import type { ClassRule, IncidentConfig } from "./incident-config.ts";
import type { IncidentClass, Terms } from "./terms.ts";

/** What the class of an incident is decided by. */
export type ClassFacts = {
  readonly severity: Severity;
  readonly provider: string;
  readonly paths: readonly string[];
  /** Branches that are known to hold it, or to have held it. */
  readonly branches: readonly string[];
  readonly topics: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly public: boolean;
};

const bySeverity: Readonly<Record<Severity, IncidentClass>> = {
  critical: "high",
  high: "high",
  medium: "moderate",
  low: "low",
};

/** The class by the first rule that fits, else by severity; what everyone can read is never below high. And why. */
export function classify(
  facts: ClassFacts,
  { rules }: Pick<IncidentConfig, "rules">,
): { readonly class: IncidentClass; readonly reason: string } {
  const index = rules.findIndex((rule) => fits(rule, facts));
  const rule = rules[index];
  if (rule) return { class: rule.class, reason: `class rule ${index + 1} of the configuration` };
  if (facts.public) return { class: "high", reason: "everyone can read the repository" };
  return { class: bySeverity[facts.severity], reason: `the severity of its rule is ${facts.severity}` };
}

/** Every condition that is given must hold; a list holds if one of it does. */
function fits(rule: ClassRule, facts: ClassFacts): boolean {
  const { paths, branches, topics, properties, providers } = rule;
  return (
    (paths === undefined || facts.paths.some((path) => paths.some((pattern) => patternMatches(pattern, path)))) &&
    (branches === undefined || facts.branches.some((branch) => branches.some((pattern) => isLike(branch, pattern)))) &&
    (topics === undefined || topics.some((topic) => facts.topics.includes(topic))) &&
    (properties === undefined ||
      Object.entries(properties).every(([name, value]) => facts.properties[name] === value)) &&
    (providers === undefined || providers.some((name) => name.toLowerCase() === facts.provider.toLowerCase())) &&
    (rule.public === undefined || rule.public === facts.public)
  );
}

/** Whether some rule asks whether this branch has the secret. */
export const isBranchOfRule = ({ rules }: Pick<IncidentConfig, "rules">, branch: string): boolean =>
  rules.some(({ branches }) => branches?.some((pattern) => isLike(branch, pattern)) ?? false);

/** `release/*` and the like; a star stands for anything. */
function isLike(name: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
}

/** The terms of a class under a configuration. */
export const termsOf = (of: IncidentClass, config: IncidentConfig): Terms => ({
  class: of,
  ...config.clocks[of],
  overlapHours: config.overlapHours,
  remindEveryHours: config.remindEveryHours,
  workingHours: config.workingHours,
  escalateTo: config.escalateTo,
  probing: config.probing,
});
