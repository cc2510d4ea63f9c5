import type { Unread } from "../../core/verdict/coverage.ts";
import { createFieldSplitter } from "./field-splitter.ts";
import { outputOf } from "./git-process.ts";
import { listTree } from "./list-tree.ts";
import { addNotes, readNotes } from "./notes.ts";
import type { Remote } from "./remote.ts";
import { RemoteRefusal } from "./remote-problem.ts";
import { CacheDamaged, lookUp, type Repository } from "./repository.ts";
import type { FetchedChange } from "./fetch-change.ts";

/** Why a blob will not be read. */
export type BlobProblem = Pick<Unread, "reason" | "detail">;

/** Blobs asked about, or for, at once. */
const batch = 20_000;

/** From so many absent blobs on, a history that is new as a whole is fetched once more rather than blob by blob. */
const refetchFrom = 1_000;

/** What was fetched of a change, and from where. */
export type FetchedGraph = Pick<FetchedChange, "excluded" | "claimed"> & { readonly head: string };

type CompleteOptions = { readonly maxBlobBytes: number; readonly onFailure: "throw" | "isolate" };

/**
 * Sees to it that the blobs are here: those that the head's fetch left out because an older commit has them too (a move, a revert)
 * are fetched by id in one request. Gives those that will not be read, with why; in a cache that may be at fault itself
 * ("throw") a corrupt one is an error.
 */
export async function completeBlobs(
  repository: Repository,
  remote: Remote,
  shas: Iterable<string>,
  fetched: FetchedGraph,
  options: CompleteOptions,
): Promise<ReadonlyMap<string, BlobProblem>> {
  const { maxBlobBytes } = options;
  const problems = new Map<string, BlobProblem>();
  const absent = await findAbsent(repository, shas, maxBlobBytes, problems);
  const leftOut = await findLeftOut(repository, absent, fetched, maxBlobBytes);
  for (const sha of leftOut) problems.set(sha, tooLarge(null, maxBlobBytes));
  const wanted = absent.filter((sha) => !leftOut.has(sha));
  // All of a history whose commits came without blobs before: its packs are far smaller than its blobs one by one.
  const whole = fetched.claimed === null && fetched.excluded.length === 0 && wanted.length >= refetchFrom;
  if (whole) await remote.fetch({ wants: [fetched.head], haves: "nothing", filter: `blob:limit=${maxBlobBytes + 1}` });
  else await fetchInBatches(remote, wanted, problems);

  const fetchedNow = wanted.filter((sha) => !problems.has(sha));
  const still = await findAbsent(repository, fetchedNow, maxBlobBytes, problems);
  for (const sha of still) problems.set(sha, whole ? tooLarge(null, maxBlobBytes) : unpackable);
  if (whole) await noteOversize(repository, still, maxBlobBytes);
  const corrupt = [...problems.values()].filter(({ reason }) => reason === "corrupt");
  if (corrupt.length > 0 && options.onFailure === "throw")
    throw new CacheDamaged(`${corrupt.length} blobs are corrupt.`);
  return problems;
}

/** Said of an object that is there and of no use. */
export const unpackable: BlobProblem = {
  reason: "corrupt",
  detail: "The object is in the cache but cannot be unpacked.",
};

/** Gives the blobs that are not here, and notes those that are here and will not be read. */
async function findAbsent(
  repository: Repository,
  shas: Iterable<string>,
  maxBlobBytes: number,
  problems: Map<string, BlobProblem>,
): Promise<string[]> {
  const absent: string[] = [];
  for (const names of batches(shas)) {
    for (const [index, info] of (await lookUp(repository, names)).entries()) {
      const sha = names[index] ?? "";
      if (info === null) absent.push(sha);
      else if (info.type !== "blob")
        problems.set(sha, { reason: "corrupt", detail: `Expected a blob, found a ${info.type}.` });
      else if (info.size > maxBlobBytes) problems.set(sha, tooLarge(info.size, maxBlobBytes));
    }
  }
  return absent;
}

/**
 * Which absent blobs the server left out for their size. It leaves out the large ones, and what the commits lead to that we
 * claimed to have; so what these do not lead to was too large.
 */
async function findLeftOut(
  repository: Repository,
  absent: readonly string[],
  fetched: FetchedGraph,
  maxBlobBytes: number,
): Promise<ReadonlySet<string>> {
  if (absent.length === 0) return new Set();
  const { oversize } = await readNotes(repository.gitDir);
  const leftOut = new Set(absent.filter((sha) => (oversize[sha] ?? 0) >= maxBlobBytes));
  if (fetched.claimed === null) return leftOut;
  const unexplained = new Set(absent.filter((sha) => !leftOut.has(sha)));
  // Nearly always the base's own tree has it: that is quicker to see than the whole history.
  for (const commit of fetched.excluded) {
    if (unexplained.size > 0) await listTree(repository, commit, treeListed, ({ sha }) => unexplained.delete(sha));
  }
  if (unexplained.size > 0 && fetched.claimed.length > 0) await dropReachable(repository, fetched.claimed, unexplained);
  await noteOversize(repository, Array.from(unexplained), maxBlobBytes);
  return new Set([...leftOut, ...unexplained]);
}

/** So many bytes of a list of files are looked through; a tree with more is left to the search of the history. */
const treeListed = 64 * 1024 * 1024;

async function noteOversize(repository: Repository, shas: readonly string[], limit: number): Promise<void> {
  if (shas.length > 0) await addNotes(repository.gitDir, [], Object.fromEntries(shas.map((sha) => [sha, limit])));
}

/** Takes out of the set what the commits lead to. */
async function dropReachable(repository: Repository, commits: readonly string[], ids: Set<string>): Promise<void> {
  const git = repository.start(["rev-list", "--objects", "--no-object-names", "--missing=print", "--stdin"]);
  git.stdin.end(`${commits.join("\n")}\n`);
  const lineBreak = 0x0a;
  // What is not here is marked with `?`.
  const splitter = createFieldSplitter((line) => ids.delete(line.toString("latin1").replace("?", "")), lineBreak);
  for await (const chunk of outputOf(git)) splitter.push(chunk);
}

async function fetchInBatches(
  remote: Remote,
  shas: readonly string[],
  problems: Map<string, BlobProblem>,
): Promise<void> {
  for (let start = 0; start < shas.length; start += batch) {
    await fetchBlobs(remote, shas.slice(start, start + batch), problems);
  }
}

/** A server names one object it lacks and gives nothing at all: ask again without it, so often. */
const refusalsTaken = 50;

async function fetchBlobs(remote: Remote, shas: readonly string[], problems: Map<string, BlobProblem>): Promise<void> {
  const missing: BlobProblem = { reason: "missing-object", detail: "The server does not have this object." };
  let wants = shas;
  for (let refusals = 0; wants.length > 0; refusals += 1) {
    try {
      await remote.fetch({ wants, haves: [], filter: "blob:none" });
      return;
    } catch (error) {
      const lacking =
        error instanceof RemoteRefusal && error.problem.kind === "no-such-object" ? error.problem.sha : null;
      if (lacking === null || !wants.includes(lacking)) throw error;
      const given = refusals === refusalsTaken ? wants : [lacking];
      for (const sha of given) problems.set(sha, missing);
      wants = wants.filter((sha) => !problems.has(sha));
    }
  }
}

export function tooLarge(size: number | null, limit: number): BlobProblem {
  const found = size === null ? "more than that, not downloaded" : `${size} bytes`;
  return { reason: "too-large", detail: `Blobs of up to ${limit} bytes are read; this one has ${found}.` };
}

function* batches(shas: Iterable<string>): Generator<string[]> {
  let names: string[] = [];
  for (const sha of shas) {
    names.push(sha);
    if (names.length < batch) continue;
    yield names;
    names = [];
  }
  if (names.length > 0) yield names;
}
