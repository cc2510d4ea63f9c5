import type { Candidate } from "./candidate.ts";
import { filterTest } from "./filter/filter-test.ts";
import { createMatcher, type Matcher } from "./re2/matcher.ts";
import type { BytePattern } from "./re2/translate.ts";
import type { Allowlist, GlobalAllowlist, Rule, RuleSet } from "./rules/rule.ts";

/** A rule with its regexes made. They hold state, so a set belongs to one scanner. */
export type ReadyRule = {
  readonly rule: Rule;
  readonly matches: Matcher | null;
  readonly path: RegExp | null;
  readonly allowlists: readonly ReadyAllowlist[];
  /** Whether a candidate is dropped for a filter of the rule or of the set. */
  readonly isFiltered: (candidate: Candidate) => boolean;
};

export type ReadyAllowlist = {
  readonly list: Allowlist;
  readonly regexes: readonly RegExp[];
  readonly paths: readonly RegExp[];
};

export type ReadySet = {
  readonly rules: readonly ReadyRule[];
  readonly byId: ReadonlyMap<string, ReadyRule>;
};

/** Makes the regexes of a set. An allowlist of the whole set becomes one of each rule it is for. */
export function readySet(set: RuleSet): ReadySet {
  const global = set.allowlists.map((list) => ({ list, ready: readyAllowlist(list) }));
  const filters = set.filters.map(filterTest);
  const rules = set.rules.map((rule): ReadyRule => {
    const shared = global.filter(({ list }) => appliesTo(list, rule)).map(({ ready }) => ready);
    return {
      rule,
      matches: rule.regex === null ? null : createMatcher(rule.regex),
      path: rule.path === null ? null : new RegExp(rule.path.js),
      isFiltered: anyOf([...filters, ...(rule.filter === null ? [] : [filterTest(rule.filter)])]),
      allowlists: [...shared, ...rule.allowlists.map(readyAllowlist)],
    };
  });
  return { rules, byId: new Map(rules.map((ready) => [ready.rule.id, ready])) };
}

function anyOf(tests: readonly ((candidate: Candidate) => boolean)[]): (candidate: Candidate) => boolean {
  return (candidate) => tests.some((test) => test(candidate));
}

function appliesTo(list: GlobalAllowlist, rule: Rule): boolean {
  return list.targetRules.length === 0 || list.targetRules.includes(rule.id);
}

function readyAllowlist(list: Allowlist): ReadyAllowlist {
  const ready = (patterns: readonly BytePattern[]): readonly RegExp[] => patterns.map(({ js }) => new RegExp(js));
  return { list, regexes: ready(list.regexes), paths: ready(list.paths) };
}
