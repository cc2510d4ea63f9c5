import type { Unread } from "./coverage.ts";
import { distinctFindings, findingKey, type Verdict } from "./verdict.ts";

/** The judgement of one scope (a push, a pull request) of a head. */
export type ScopeVerdict = { readonly verdict: Verdict; readonly commits: readonly { readonly sha: string }[] };

/**
 * The one answer to all questions asked about a head: the worst outcome, every finding once, every gap once. Commits are
 * counted distinct; blobs and bytes are those of the widest scope, as scopes of one head nearly always contain each other.
 */
export function combineVerdicts(first: ScopeVerdict, ...others: readonly ScopeVerdict[]): Verdict {
  if (others.length === 0) return first.verdict;
  const all = [first, ...others];
  const verdicts = all.map(({ verdict }) => verdict);
  const widest = all.reduce((a, b) => (b.commits.length > a.commits.length ? b : a)).verdict.coverage;
  const outcome = verdicts.some((v) => v.outcome === "block")
    ? "block"
    : verdicts.some((v) => v.outcome === "incomplete")
      ? "incomplete"
      : "pass";
  const blocking = distinctFindings(verdicts.flatMap((v) => v.blocking));
  const blocked = new Set(blocking.map(findingKey));
  const fresh = new Set(blocking.map(({ finding }) => finding.fingerprint));
  return {
    outcome,
    blocking,
    notices: distinctFindings(verdicts.flatMap((v) => v.notices)).filter((f) => !blocked.has(findingKey(f))),
    known: distinctFindings(verdicts.flatMap((v) => v.known)).filter((f) => !fresh.has(f.finding.fingerprint)),
    coverage: {
      ...widest,
      commits: new Set(all.flatMap(({ commits }) => commits.map(({ sha }) => sha))).size,
      unread: distinct(
        verdicts.flatMap((v) => v.coverage.unread),
        unreadKey,
      ),
    },
    ...configurationOf(verdicts),
  };
}

/** Each thing that is said about configuration, once. */
function configurationOf(verdicts: readonly Verdict[]): Pick<Verdict, "configuration"> {
  const said = verdicts.flatMap(({ configuration }) => configuration ?? []);
  if (said.length === 0) return {};
  const notices = distinct(
    said.flatMap((one) => one.notices),
    (notice) => JSON.stringify(notice),
  );
  const faults = distinct(
    said.flatMap((one) => one.faults),
    (fault) => JSON.stringify(fault),
  );
  return { configuration: { notices, faults } };
}

const unreadKey = ({ path, commit, reason }: Unread): string => JSON.stringify([path, commit, reason]);

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item] as const)).values()].toReversed();
}
