import type { Match } from "./finding.ts";

/** A match, and the text it was found in. */
export type Seen = {
  readonly match: Match;
  /** Counts the texts of one scan, in the order in which they were looked at. */
  readonly view: number;
  /** 0 for the file and what is in it; each container that was encoded in a text has a number of its own. */
  readonly origin: number;
  /** Whether the text's container shows the same to a person who looks at it as text. */
  readonly inPlainSight: boolean;
};

/**
 * Drops what was seen twice: the same secret in a container's bytes and in an entry (the better placed one stays), and in two
 * views of one entry, such as a document's markup and its text (the first stays). The rest keeps its order.
 */
export function withoutEchoes(seen: readonly Seen[]): readonly Match[] {
  const groups = Map.groupBy(seen, ({ origin, match: { finding } }) =>
    [origin, finding.ruleId, finding.fingerprint].join("\n"),
  );
  const echoes = new Set([...groups.values()].flatMap((group) => (group.length < 2 ? [] : echoesIn(group))));
  return seen.filter((one) => !echoes.has(one)).map(({ match }) => match);
}

/** Among the places of one secret. */
function echoesIn(group: readonly Seen[]): readonly Seen[] {
  const firstView = new Map<string, number>();
  const opened = new Set<string>();
  for (const { match, view, inPlainSight } of group) {
    const { path } = match.finding;
    if (!firstView.has(path)) firstView.set(path, view);
    if (!inPlainSight) for (const container of containersOf(path)) opened.add(container);
  }
  return group.filter(({ match, view, inPlainSight }) => {
    const { path } = match.finding;
    if (opened.has(path) || firstView.get(path) !== view) return true;
    return inPlainSight && containersOf(path).some((container) => firstView.has(container));
  });
}

/** The paths of the containers around an entry: `a!/b!/c` has `a` and `a!/b`. */
function containersOf(path: string): readonly string[] {
  const containers: string[] = [];
  for (let at = path.indexOf("!/"); at >= 0; at = path.indexOf("!/", at + 2)) containers.push(path.slice(0, at));
  return containers;
}
