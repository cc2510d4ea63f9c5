import * as fc from "fast-check";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Change, RepoRef } from "../../../src/core/change/change.ts";
import { createTestRepository } from "../../support/git-repo.ts";
import { changeOf, readAll, startBench, type Bench, type ReadChange } from "../../support/reader-bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

type Tree = Readonly<Record<string, string>>;
type History = readonly { readonly parents: readonly number[]; readonly tree: Tree }[];
/** Heads by number; null where there is none. */
type Asked =
  | { readonly kind: "push"; readonly head: number; readonly before: number | null; readonly onDefault: boolean }
  | { readonly kind: "pull-request"; readonly head: number; readonly base: number };

const histories = fc
  .array(
    fc.record({
      parents: fc.uniqueArray(fc.nat(), { maxLength: 3 }),
      tree: fc.dictionary(fc.constantFrom("a", "b", "d/a", "d/e/f"), fc.constantFrom("1", "2", "3", "4"), {
        maxKeys: 4,
      }),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((commits): History =>
    commits.map(({ parents, tree }, index) => ({
      parents: index === 0 ? [] : [...new Set(parents.map((parent) => parent % index))],
      tree,
    })),
  );

const scenarios = histories.chain((history) => {
  const commit = fc.nat(history.length - 1);
  const asked: fc.Arbitrary<Asked> = fc.oneof(
    fc.record({ kind: fc.constant("push" as const), head: commit, before: fc.option(commit), onDefault: fc.boolean() }),
    fc.record({ kind: fc.constant("pull-request" as const), head: commit, base: commit }),
  );
  // Two changes after another on one cache: what the first leaves behind must not change what the second gives.
  return fc.record({ history: fc.constant(history), tip: fc.option(commit), asked: fc.tuple(asked, asked) });
});

test("what is read is exactly what the new commits bring in", async () => {
  let repoId = 100;
  await fc.assert(
    fc.asyncProperty(scenarios, async ({ history, tip, asked }) => {
      repoId += 1;
      const repo: RepoRef = { ...bench.repo, repoId };
      const origin = await createTestRepository(join(bench.origin.directory, "..", `${repoId}.git`));
      const shas = await origin.commits(
        history.map(({ parents, tree }) => ({ parents, files: tree, wholeTree: true, time: 1_700_000_000 })),
      );
      const sha = (commit: number): string => shas[commit] ?? "";
      if (tip !== null) await origin.setRef("refs/heads/main", sha(tip));
      const reader = bench.readerWith({ remoteUrl: () => bench.server.url(`acme/${repoId}.git`) });
      for (const change of asked) {
        const result = await readAll(reader, toChange(repo, change, sha));
        const range = newCommits(history, tip, change);
        expect(new Set(result.commits.map((commit) => commit.sha))).toEqual(new Set(range.map(sha)));
        const owed = placesOwed(history, range, change.head, sha);
        const read = placesRead(result);
        expect(read.map(([place]) => place).sort()).toEqual([...owed.keys()].sort());
        expect(read.filter(([place, commit]) => owed.get(place)?.has(commit) !== true)).toEqual([]);
        expect(result.unread).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
}, 180_000);

function toChange(repo: RepoRef, asked: Asked, sha: (commit: number) => string): Change {
  if (asked.kind === "pull-request") {
    const source = { kind: "pull-request", number: 1, baseRef: "main", baseSha: sha(asked.base) } as const;
    return changeOf(repo, sha(asked.head), source);
  }
  const ref = asked.onDefault ? "refs/heads/main" : "refs/heads/other";
  return changeOf(repo, sha(asked.head), {
    kind: "push",
    ref,
    before: asked.before === null ? null : sha(asked.before),
  });
}

function ancestors(history: History, commit: number | null): Set<number> {
  if (commit === null) return new Set();
  const parents = history[commit]?.parents ?? [];
  return new Set([commit, ...parents.flatMap((parent) => [...ancestors(history, parent)])]);
}

/** What the default branch was at before it got the commit by a merge; null: it has it not, or as its own. */
function beforeMerge(history: History, tip: number | null, head: number): number | null {
  let merge: number | null = null;
  for (let at = tip; at !== null && at !== head; at = history[at]?.parents[0] ?? null)
    if (ancestors(history, at).has(head)) merge = at;
  const before = merge === null ? null : (history[merge]?.parents[0] ?? null);
  return before === null || ancestors(history, before).has(head) ? null : before;
}

/** The law of ranges: new is what is not in some past that counts. A first push has no past of its own. */
function newCommits(history: History, tip: number | null, asked: Asked): number[] {
  const pasts: (number | null)[] = [];
  if (asked.kind === "pull-request") pasts.push(asked.base);
  else if (asked.onDefault) pasts.push(asked.before);
  else if (asked.before === null) pasts.push(beforeMerge(history, tip, asked.head) ?? tip);
  else pasts.push(tip, asked.before);
  const old = pasts.map((past) => ancestors(history, past));
  return [...ancestors(history, asked.head)].filter((commit) => old.some((past) => !past.has(commit)));
}

type PlaceKey = `${string}: ${string}, at head: ${boolean}`;

/** The law of blobs: a commit brings in what stands in its tree at a path where none of its parents has it. */
function placesOwed(
  history: History,
  range: readonly number[],
  head: number,
  sha: (commit: number) => string,
): Map<PlaceKey, Set<string>> {
  const owed = new Map<PlaceKey, Set<string>>();
  for (const commit of range) {
    const { parents = [], tree = {} } = history[commit] ?? {};
    for (const [path, text] of Object.entries(tree)) {
      if (parents.some((parent) => history[parent]?.tree[path] === text)) continue;
      const key = `${path}: ${text}, at head: ${history[head]?.tree[path] === text}` as const;
      owed.set(key, (owed.get(key) ?? new Set()).add(sha(commit)));
    }
  }
  return owed;
}

/** What was read, with the commit that is said to have brought it. */
function placesRead({ read }: ReadChange): [PlaceKey, string][] {
  return read.flatMap(({ bytes, places }) =>
    places.map(({ path, commit, atHead }): [PlaceKey, string] => [
      `${path}: ${Buffer.from(bytes).toString()}, at head: ${atHead}`,
      commit,
    ]),
  );
}
