import { availableParallelism } from "node:os";
import type { Unread } from "../../core/verdict/coverage.ts";
import { defaultLimits } from "./code-reader.ts";
import { listNewBlobs, listNewBlobsAtOnce } from "./list-new-blobs.ts";
import type { CommitGraph } from "./commit-graph.ts";
import { messageIn } from "./message.ts";
import type { ObjectStore } from "./pack/object-store.ts";
import { readObjects } from "./read-objects.ts";
import { corruptObject, type PlacedBlob, type PlacedContent } from "./read-placed-blobs.ts";
import type { Repository } from "./repository.ts";
import { listStoredHistory } from "./stored-history.ts";

/** Everything that all refs of a repository lead to. */
export type History = {
  /** Parents first. */
  readonly commits: readonly string[];
  /** Annotated tags. */
  readonly tags: readonly string[];
  readonly blobs: readonly PlacedBlob[];
  readonly unlisted: readonly Unread[];
  /** The commits with their parents, where they were listed without git; those that no ref leads to are not in it. */
  readonly graph?: CommitGraph;
};

/** The same, and whatever else is in the repository though no ref leads to it (any more). */
export async function listEverything(repository: Repository, store: ObjectStore | null = null): Promise<History> {
  const [history, objects] = await Promise.all([listHistory(repository, store), objectsOf(repository)]);
  const listed = new Set([...history.commits, ...history.tags, ...history.blobs.map(({ sha }) => sha)]);
  const dangling = Map.groupBy(
    objects.filter(({ sha }) => !listed.has(sha)),
    ({ type }) => type,
  );
  const namesOf = (type: string): readonly string[] => (dangling.get(type) ?? []).map(({ sha }) => sha);
  const commits = namesOf("commit");
  const brought = await listNewBlobs(repository, commits, listing);
  const placed = Array.from(brought.blobs.placed()).filter(({ sha }) => !listed.has(sha));
  const withPlace = new Set(placed.map(({ sha }) => sha));
  const lone = namesOf("blob").filter((sha) => !withPlace.has(sha));
  return {
    commits: [...history.commits, ...commits],
    tags: [...history.tags, ...namesOf("tag")],
    blobs: [...history.blobs, ...placed, ...lone.map((sha) => ({ sha, path: `(dangling)/${sha}` }))],
    unlisted: [...history.unlisted, ...brought.unlisted],
    ...(history.graph === undefined ? {} : { graph: history.graph }),
  };
}

async function objectsOf(repository: Repository): Promise<readonly { readonly sha: string; readonly type: string }[]> {
  const format = "--batch-check=%(objectname) %(objecttype)";
  const lines = await linesOf(repository, ["cat-file", "--batch-all-objects", "--unordered", "--buffer", format]);
  return lines.map((line) => {
    const [sha = "", type = ""] = line.split(" ");
    return { sha, type };
  });
}

/**
 * Lists the commits that any ref (branches, tags, stashes, notes) and HEAD lead to, with every blob at every path that they bring: from the objects as they
 * lie on the disk if there is a store, else by git, which also has the last word.
 */
export async function listHistory(repository: Repository, store: ObjectStore | null = null): Promise<History> {
  const [head, refs] = await Promise.all([
    headIfAny(repository),
    linesOf(repository, ["for-each-ref", "--format=%(objecttype) %(objectname) %(refname)"]),
  ]);
  const tips = [...refs, ...head.map((name) => `commit ${name} HEAD`)].map((line) => {
    const [type = "", name = "", ref = ""] = line.split(" ");
    return { type, name, ref };
  });
  const tags = tips.flatMap(({ type, name }) => (type === "tag" ? [name] : []));
  const isReplaced = tips.some(({ ref }) => ref.startsWith("refs/replace/"));
  const stored = store === null || isReplaced ? null : await listStoredHistory(repository, store, tips);
  if (stored !== null) return { ...stored, commits: stored.graph.names, tags, unlisted: [] };
  const [commits, shallow] = await Promise.all([
    linesOf(repository, ["rev-list", "--topo-order", "--reverse", "--all", ...head]),
    linesOf(repository, ["rev-parse", "--is-shallow-repository"]),
  ]);
  const processes = Math.min(availableParallelism(), Math.ceil(commits.length / worthProcess));
  const { blobs, unlisted } = await listNewBlobsAtOnce(repository, commits, listing, processes);
  return {
    commits,
    tags,
    blobs: Array.from(blobs.placed()),
    unlisted: shallow[0] === "true" ? [...unlisted, cutOff] : unlisted,
  };
}

/** Fewer commits are listed sooner than another process has started. */
const worthProcess = 1000;

const listing = {
  onFailure: "isolate",
  // Nobody else's memory: a person asked for all of it.
  maxListBytes: Number.MAX_SAFE_INTEGER,
  maxDiffMemoryMiB: defaultLimits.maxDiffMemoryMiB,
} as const;

const cutOff: Unread = {
  path: "(history)",
  reason: "missing-object",
  detail: "This clone is shallow: older commits are not here. “git fetch --unshallow” brings them.",
};

/** What people wrote about commits and tags: each once, called after what it is. */
export async function* readMessages(
  repository: Repository,
  { commits, tags }: Pick<History, "commits" | "tags">,
): AsyncGenerator<PlacedContent, void, undefined> {
  const tagged = new Set(tags);
  for await (const object of readObjects(repository, [...commits, ...new Set(tags)], "give-up")) {
    const { sha } = object;
    const place = { sha, path: tagged.has(sha) ? "(tag message)" : "(commit message)", commit: sha };
    if (object.kind === "corrupt") yield { kind: "unread", ...place, ...corruptObject(object) };
    else yield { kind: "read", ...place, bytes: messageIn(object.bytes) };
  }
}

/** HEAD may be a commit that no ref leads to, or none yet. */
async function headIfAny(repository: Repository): Promise<readonly string[]> {
  return (await linesOf(repository, ["rev-parse", "--verify", "--quiet", "HEAD", "--"]).catch(() => [])).slice(0, 1);
}

const linesOf = async (repository: Repository, args: readonly string[]): Promise<readonly string[]> =>
  (await repository.run(args))
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "");
