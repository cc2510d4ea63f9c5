import { isMessagePath } from "../change/change.ts";
import type { ChangeFinding } from "./verdict.ts";

/** A path at which a commit has something else than one of its parents. Null: nothing. */
export type FileChange = { readonly path: string; readonly old: string | null; readonly now: string | null };

/** All that a commit has otherwise than one of its parents. */
export type ParentDiff = { readonly parent: string; readonly changes: readonly FileChange[] };

/** Where a secret stood before the change. */
export type Origin = { readonly blob: string; readonly path: string; readonly commit: string };

/** What a change was made on, as far as it matters for what was found in it. */
export type Past = {
  /** The commits of the change that its base branch does not have. */
  readonly own: ReadonlySet<string>;
  /** Those that it has as well. */
  readonly onBase: ReadonlySet<string>;
  /** What a commit has otherwise than each of its parents; undefined: that is not known. */
  readonly diffsOf: (commit: string) => readonly ParentDiff[] | undefined;
  /** How often a blob holds a secret at a path, as far as it was read; what was not read holds none. */
  readonly count: (fingerprint: string, blob: string | null, path: string) => number;
};

/** One secret in one blob at one path. */
type Node = {
  readonly fingerprint: string;
  readonly blob: string;
  readonly path: string;
  /** Null: the commit brought it. Else where its parents have it. */
  readonly sources: readonly Origin[] | null;
};

/**
 * The findings that were there before the change, with where they were. A commit carries a secret on where each of its parents holds
 * it as often, at the same path or, when it takes it away from as many places as it puts it to, at others: so a line that is left
 * alone in a file that is edited, a file that is moved, a line that is moved. One more place is none of these, nor is a secret that
 * comes back. What is carried on from a commit of the change that brought it is new with that.
 */
export function knownBefore(
  findings: readonly ChangeFinding[],
  past: Past,
): ReadonlyMap<ChangeFinding, readonly Origin[]> {
  const nodes = new Map<string, Node>();
  for (const found of findings) {
    for (const node of nodesOf(found, past)) nodes.set(keyOf(node), node);
  }
  const parentsIn = (node: Node): Node[] =>
    (node.sources ?? []).flatMap(({ commit, blob, path }) =>
      past.own.has(commit) ? (nodes.get(keyOf({ ...node, blob, path })) ?? []) : [],
    );
  const fresh = new Set([...nodes.values()].filter(({ sources }) => sources === null));
  for (let before = -1; before !== fresh.size;) {
    before = fresh.size;
    for (const node of nodes.values()) if (parentsIn(node).some((parent) => fresh.has(parent))) fresh.add(node);
  }
  const known = new Map<ChangeFinding, readonly Origin[]>();
  for (const found of findings) {
    const { fingerprint } = found.finding;
    const own = found.places.flatMap(({ path }) => nodes.get(keyOf({ fingerprint, blob: found.blob, path })) ?? []);
    if (own.length === found.places.length && own.every((node) => !fresh.has(node)))
      known.set(found, originsOf(own, parentsIn, past));
  }
  return known;
}

const keyOf = ({ fingerprint, blob, path }: Pick<Node, "fingerprint" | "blob" | "path">): string =>
  JSON.stringify([fingerprint, blob, path]);

function nodesOf({ finding: { fingerprint }, blob, places }: ChangeFinding, past: Past): Node[] {
  return places.map(({ path, commit }) => {
    const node = { fingerprint, blob, path };
    if (isMessagePath(path)) return { ...node, sources: null };
    if (past.onBase.has(commit)) return { ...node, sources: [{ blob, path, commit }] };
    const diffs = past.diffsOf(commit) ?? [];
    const found = diffs.map((diff) => sourcesIn(diff, node, past));
    const sources = found.flatMap((one) => one ?? []);
    return { ...node, sources: diffs.length === 0 || found.includes(null) ? null : sources };
  });
}

/** Where a parent has what the commit has; null: nowhere, or at fewer places. */
function sourcesIn(
  { parent, changes }: ParentDiff,
  { fingerprint, blob, path }: Omit<Node, "sources">,
  { count }: Past,
): readonly Origin[] | null {
  const entry = changes.find((change) => change.path === path);
  if (entry === undefined) return [{ blob, path, commit: parent }];
  const counted = changes.map((change) => {
    const before = count(fingerprint, change.old, change.path);
    return { ...change, before, more: count(fingerprint, change.now, change.path) - before };
  });
  const here = counted.find((change) => change.path === path);
  const sum = counted.reduce((total, { more }) => total + more, 0);
  const stays = here !== undefined && here.more <= 0;
  if (!stays && sum > 0) return null;
  const from = stays ? [here] : counted.filter((change) => change.path === path || change.more < 0);
  return from.flatMap(({ old, path, before }) =>
    old !== null && before > 0 ? [{ blob: old, path, commit: parent }] : [],
  );
}

function originsOf(from: readonly Node[], parentsIn: (node: Node) => readonly Node[], past: Past): readonly Origin[] {
  const seen = new Set(from);
  const origins = new Map<string, Origin>();
  for (const node of seen) {
    const parents = parentsIn(node);
    for (const parent of parents) seen.add(parent);
    const within = new Set(parents.map(keyOf));
    for (const origin of node.sources ?? []) {
      const key = keyOf({ ...node, ...origin });
      if (!past.own.has(origin.commit) || !within.has(key)) origins.set(key, origin);
    }
  }
  return [...origins.values()];
}
