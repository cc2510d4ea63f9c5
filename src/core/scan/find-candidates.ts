import type { Candidate } from "./candidate.ts";
import type { RegexMatch } from "./re2/linear-matcher.ts";
import type { ReadyRule } from "./ready-rule.ts";
import { shannonEntropy } from "./shannon.ts";

/** Where to look: one text under the path of its file. */
export type Haystack = Pick<Candidate, "path" | "text" | "via">;

/** Everything one rule finds in a text that no entropy limit, allowlist or filter takes away. Keywords are not looked at. */
export function findCandidates(
  rule: ReadyRule,
  haystack: Haystack,
  matches: Matches | null = rule.matcher?.all ?? null,
): readonly Candidate[] {
  if (rule.path !== null && !rule.path.isIn(haystack.path)) return [];
  return rawCandidates(rule, haystack, matches).filter((candidate) => {
    if (rule.rule.entropy > 0 && shannonEntropy(candidate.secret) <= rule.rule.entropy) return false;
    return !rule.isExcused(candidate);
  });
}

/** Everything one rule matches in a text. `matches` finds what the rule's own matcher finds. */
export function rawCandidates(
  rule: ReadyRule,
  haystack: Haystack,
  matches: Matches | null = rule.matcher?.all ?? null,
): readonly Candidate[] {
  if (matches === null) return pathCandidate(rule, haystack);
  const out: Candidate[] = [];
  for (const found of matches(haystack.text)) {
    const [start, end] = secretSpan(found, rule.rule.secretGroup, haystack.text);
    if (end > start) out.push(candidateOf(rule, haystack, [start, end], spanOf(found)));
  }
  return out;
}

/** Gives the matches of a rule in a text. */
type Matches = (text: string) => Iterable<RegexMatch>;

type Range = readonly [start: number, end: number];

function candidateOf({ rule }: ReadyRule, haystack: Haystack, [start, end]: Range, match: Range): Candidate {
  const secret = haystack.text.slice(start, end);
  return { ...haystack, rule, secret, start, end, matchStart: match[0], matchEnd: match[1], parts: [] };
}

/** A rule without regex is about the file: the finding stands at its beginning and its "secret" is the path. */
function pathCandidate({ rule }: ReadyRule, haystack: Haystack): readonly Candidate[] {
  if (haystack.via.length > 0) return [];
  return [{ ...haystack, rule, secret: haystack.path, start: 0, end: 0, matchStart: 0, matchEnd: 0, parts: [] }];
}

/** The group that is the secret, or the whole match, without line ends around it. */
function secretSpan(found: RegexMatch, group: number | null, text: string): Range {
  let [start, end] = groupSpan(found, group);
  while (start < end && isLineEnd(text.charCodeAt(start))) start += 1;
  while (start < end && isLineEnd(text.charCodeAt(end - 1))) end -= 1;
  return [start, end];
}

const spanOf = ({ index, indices }: RegexMatch): Range => indices[0] ?? [index, index];

function groupSpan(found: RegexMatch, group: number | null): Range {
  if (group !== null) return found.indices[group] ?? [found.index, found.index];
  return found.indices.slice(1).find((span) => span !== undefined && span[1] > span[0]) ?? spanOf(found);
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}
