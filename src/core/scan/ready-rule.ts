import { isAllowed, type ReadyAllowlist, readyAllowlist } from "./allowlist.ts";
import type { Candidate } from "./candidate.ts";
import { filterTest } from "./filter/filter-test.ts";
import { createMatcher, type Matcher } from "./re2/matcher.ts";
import type { Rule, RuleSet } from "./rules/rule.ts";

/** A rule with its regexes, which are made when they are first used. They hold state, so a set belongs to one scanner. */
export type ReadyRule = {
  readonly rule: Rule;
  readonly matcher: Matcher | null;
  readonly path: Matcher | null;
  readonly isExcused: Excuse;
};

/** Whether an allowlist or a filter, of the rule or of the set, takes a candidate away. */
export type Excuse = (candidate: Candidate) => boolean;

export type ReadySet = {
  readonly rules: readonly ReadyRule[];
  readonly byId: ReadonlyMap<string, ReadyRule>;
};

/** Makes the regexes of a set. */
export function readySet(set: RuleSet): ReadySet {
  const excuseOf = excuses(set);
  const rules = set.rules.map((rule): ReadyRule => ({
    rule,
    matcher: rule.regex === null ? null : createMatcher(rule.regex),
    path: rule.path === null ? null : createMatcher(rule.path),
    isExcused: excuseOf(rule),
  }));
  return { rules, byId: new Map(rules.map((ready) => [ready.rule.id, ready])) };
}

/** Gives what excuses the candidates of a rule, be it of the set or not: allowlists and filters of a set are for all rules. */
export function excuses(set: Pick<RuleSet, "allowlists" | "filters">): (rule: Rule) => Excuse {
  const shared = set.allowlists.map((list) => ({ targets: list.targetRules, ready: readyAllowlist(list) }));
  const filters = set.filters.map(filterTest);
  return (rule) => {
    const lists: ReadyAllowlist[] = rule.allowlists.map(readyAllowlist);
    for (const { targets, ready } of shared) if (targets.length === 0 || targets.includes(rule.id)) lists.push(ready);
    const tests = rule.filter === null ? filters : [...filters, filterTest(rule.filter)];
    return (candidate) => isAllowed(candidate, lists) || tests.some((test) => test(candidate));
  };
}
