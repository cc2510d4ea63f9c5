import { type Candidate, lineOf } from "./candidate.ts";
import { createMatcher, type Matcher } from "./re2/matcher.ts";
import type { Allowlist } from "./rules/rule.ts";

/** An allowlist with its regexes, which are made when they are first used. */
export type ReadyAllowlist = {
  readonly list: Allowlist;
  readonly regexes: readonly Matcher[];
  readonly paths: readonly Matcher[];
};

export function readyAllowlist(list: Allowlist): ReadyAllowlist {
  return { list, regexes: list.regexes.map(createMatcher), paths: list.paths.map(createMatcher) };
}

/** Whether one of the allowlists excuses a candidate. */
export function isAllowed(candidate: Candidate, allowlists: readonly ReadyAllowlist[]): boolean {
  return allowlists.some((allowlist) => excuses(allowlist, candidate));
}

function excuses({ list, regexes, paths }: ReadyAllowlist, candidate: Candidate): boolean {
  const target = targetOf(list.regexTarget, candidate);
  const secret = candidate.secret.toLowerCase();
  const hits: boolean[] = [];
  if (paths.length > 0) hits.push(paths.some((path) => path.isIn(candidate.path)));
  if (regexes.length > 0) hits.push(regexes.some((regex) => regex.isIn(target)));
  if (list.stopwords.length > 0) hits.push(list.stopwords.some((word) => secret.includes(word)));
  // The scanner knows content, not commits: a test on them never hits here (commit-excuse.ts).
  if (list.commits.length > 0) hits.push(false);
  return list.condition === "all" ? hits.every(Boolean) : hits.some(Boolean);
}

function targetOf(target: ReadyAllowlist["list"]["regexTarget"], candidate: Candidate): string {
  if (target === "line") return lineOf(candidate);
  return target === "match" ? candidate.text.slice(candidate.matchStart, candidate.matchEnd) : candidate.secret;
}
