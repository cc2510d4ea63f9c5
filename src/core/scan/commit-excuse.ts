import { type ReadyAllowlist, readyAllowlist } from "./allowlist.ts";
import { toByteText } from "./byte-text.ts";
import type { Match } from "./finding.ts";
import type { RuleSet } from "./rules/rule.ts";

/** Whether the allowlists of some rules excuse what was found in a commit (its full SHA). */
export type CommitExcuse = (match: Match, commit: string) => boolean;

/** Null where no allowlist names a commit. What tests content alone is the scanner's: here every list is asked that names commits. */
export function commitExcuse({ rules, allowlists }: Pick<RuleSet, "rules" | "allowlists">): CommitExcuse | null {
  const lists = [
    ...rules.flatMap(({ id, allowlists }) => allowlists.map((list) => ({ list, targets: [id] }))),
    ...allowlists.map((list) => ({ list, targets: list.targetRules })),
  ].filter(({ list }) => list.commits.length > 0);
  if (lists.length === 0) return null;
  const ready = lists.map(({ list, targets }) => ({
    targets,
    allowlist: readyAllowlist(list),
    commits: new Set(list.commits.map((commit) => commit.toLowerCase())),
  }));
  return (match, commit) =>
    ready.some(
      ({ targets, allowlist, commits }) =>
        (targets.length === 0 || targets.includes(match.finding.ruleId)) &&
        commits.has(commit.toLowerCase()) &&
        (allowlist.list.condition === "any" || excusesContent(allowlist, match)),
    );
}

/** Whether all other tests of a list hit, too. The whole match and its line are not known any more: what asks for them excuses nothing. */
function excusesContent({ list, regexes, paths }: ReadyAllowlist, { finding, secret }: Match): boolean {
  const text = toByteText(secret.reveal());
  const path = toByteText(finding.path);
  return (
    (paths.length === 0 || paths.some((regex) => regex.isIn(path))) &&
    (regexes.length === 0 || (list.regexTarget === "secret" && regexes.some((regex) => regex.isIn(text)))) &&
    (list.stopwords.length === 0 || list.stopwords.some((word) => text.toLowerCase().includes(word)))
  );
}
