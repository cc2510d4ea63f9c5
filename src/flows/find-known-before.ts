import { isMessagePath, type Change, type Commit } from "../core/change/change.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { knownBefore, type FileChange, type Origin, type ParentDiff } from "../core/verdict/known-before.ts";
import type { ChangeFinding, KnownBefore } from "../core/verdict/verdict.ts";
import type { ChangePast } from "./ports/change-past.ts";
import type { BlobReader } from "./ports/code-reader.ts";

export type KnownBeforePorts = { readonly past: ChangePast; readonly readBlob: BlobReader };

/** So many older versions of files are read for one change; where a secret was before is not looked for any further. */
const mostVersions = 500;
/** Among so many files that a commit changes, those likeliest first, is the one looked for that a secret was moved from. */
const mostCandidates = 100;

/**
 * Finds out which findings were there before the change, and where. Reads older versions only of what the commits with findings changed.
 * What cannot be read is taken for not having been there.
 */
export async function findKnownBefore(
  change: Change,
  commits: readonly Commit[],
  findings: readonly ChangeFinding[],
  scanner: ContentScanner,
  { past, readBlob }: KnownBeforePorts,
  signal: AbortSignal,
): Promise<KnownBefore> {
  const placed = findings.flatMap((found) => found.places.map((place) => ({ found, ...place })));
  const inFiles = placed.filter(({ path }) => !isMessagePath(path));
  if (inFiles.length === 0) return new Map();
  const onBase = await past.onBase(change, commits, signal);
  const own = new Set(commits.flatMap(({ sha }) => (onBase.has(sha) ? [] : sha)));
  const bringing = new Set(inFiles.map(({ commit }) => commit).filter((commit) => own.has(commit)));
  const diffs = await past.diffsOf(
    change,
    commits.filter(({ sha }) => bringing.has(sha)),
    signal,
  );

  const census = createCensus(findings);
  const read = async (blob: string, path: string): Promise<void> => {
    if (census.has(blob, path) || census.versions() >= mostVersions) return;
    const answer = await readBlob(change.repo, blob, signal);
    const matches = answer.kind === "read" ? (await scanner.scan({ path, bytes: answer.bytes })).matches : [];
    census.add(
      blob,
      path,
      matches.map(({ finding }) => ({ finding, blob, places: [] })),
    );
  };
  const surest = inFiles.toSorted((a, b) => b.found.finding.confidence.score - a.found.finding.confidence.score);
  for (const { found, path, commit } of surest) {
    for (const { changes } of diffs.get(commit) ?? []) {
      const old = changes.find((one) => one.path === path)?.old ?? null;
      if (old !== null) await read(old, path);
      const { fingerprint } = found.finding;
      if (census.count(fingerprint, old, path) >= census.count(fingerprint, found.blob, path)) continue;
      for (const from of likeliest(changes, found.blob, path)) if (from.old !== null) await read(from.old, from.path);
    }
  }
  const known = knownBefore(findings, { own, onBase, diffsOf: (commit) => diffs.get(commit), count: census.count });
  return new Map([...known].map(([found, origins]) => [found, origins.flatMap((origin) => census.at(found, origin))]));
}

/** Where a secret may have come from that stands at `path` now: the same content first, then the same name, then the rest. */
function likeliest(changes: ParentDiff["changes"], blob: string, path: string): readonly FileChange[] {
  const name = path.split("/").at(-1);
  const rank = (one: FileChange): number => (one.old === blob ? 0 : one.path.split("/").at(-1) === name ? 1 : 2);
  const from = changes.filter((one) => one.old !== null && one.old !== one.now && one.path !== path);
  return from.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostCandidates);
}

type Census = {
  readonly has: (blob: string, path: string) => boolean;
  readonly versions: () => number;
  readonly add: (blob: string, path: string, found: readonly ChangeFinding[]) => void;
  readonly count: (fingerprint: string, blob: string | null, path: string) => number;
  /** The same secret, at a place where it was before. */
  readonly at: (found: ChangeFinding, origin: Origin) => readonly ChangeFinding[];
};

/** What each version of a file holds, by path: those of the change to begin with. */
function createCensus(findings: readonly ChangeFinding[]): Census {
  const held = new Map<string, ChangeFinding[]>();
  const older = new Set<string>();
  const keyOf = (blob: string, path: string): string => `${blob} ${path}`;
  for (const found of findings) {
    for (const { path } of found.places) {
      const key = keyOf(found.blob, path);
      held.set(key, [...(held.get(key) ?? []), found]);
    }
  }
  const of = (fingerprint: string, blob: string, path: string): readonly ChangeFinding[] =>
    (held.get(keyOf(blob, path)) ?? []).filter(({ finding }) => finding.fingerprint === fingerprint);
  return {
    has: (blob, path) => held.has(keyOf(blob, path)),
    versions: () => older.size,
    add: (blob, path, found) => {
      older.add(keyOf(blob, path));
      held.set(keyOf(blob, path), [...found]);
    },
    count: (fingerprint, blob, path) => (blob === null ? 0 : of(fingerprint, blob, path).length),
    at: ({ finding }, { blob, path, commit }) =>
      of(finding.fingerprint, blob, path).map((found) => ({ ...found, places: [{ path, commit, atHead: false }] })),
  };
}
