import type { Unread } from "../../core/verdict/coverage.ts";
import { createFieldSplitter } from "./field-splitter.ts";
import { outputOf } from "./git-process.ts";
import { addNotes, readNotes } from "./notes.ts";
import type { Remote } from "./remote.ts";
import { RemoteRefusal } from "./remote-problem.ts";
import { lookUp, type Repository } from "./repository.ts";
import type { FetchedChange } from "./fetch-change.ts";

/** Why a blob will not be read. */
export type BlobProblem = Pick<Unread, "reason" | "detail">;

/** Blobs asked about, or for, at once. */
const batch = 20_000;

/**
 * Sees to it that the blobs are here: those that the head's fetch left out because an older commit has them too (a move, a revert)
 * are fetched by id in one request. Gives those that will not be read, with why.
 */
export async function completeBlobs(
  repository: Repository,
  remote: Remote,
  blobs: { readonly size: () => number; readonly shas: () => Iterable<string> },
  fetched: Pick<FetchedChange, "excluded" | "claimed">,
  maxBlobBytes: number,
): Promise<ReadonlyMap<string, BlobProblem>> {
  const problems = new Map<string, BlobProblem>();
  const absent = await findAbsent(repository, blobs.shas(), maxBlobBytes, problems);
  if (absent.length === 0) return problems;

  const leftOut = await findLeftOut(repository, absent, fetched, maxBlobBytes);
  for (const sha of leftOut) problems.set(sha, tooLarge(null, maxBlobBytes));
  const wanted = absent.filter((sha) => !leftOut.has(sha));
  for (let start = 0; start < wanted.length; start += batch) {
    await fetchBlobs(remote, wanted.slice(start, start + batch), problems);
  }
  const fetchedNow = wanted.filter((sha) => !problems.has(sha));
  for (const sha of await findAbsent(repository, fetchedNow, maxBlobBytes, problems)) {
    problems.set(sha, { reason: "corrupt", detail: "The object is in the cache but cannot be unpacked." });
  }
  return problems;
}

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
  fetched: Pick<FetchedChange, "excluded" | "claimed">,
  maxBlobBytes: number,
): Promise<ReadonlySet<string>> {
  const { oversize } = await readNotes(repository.gitDir);
  const leftOut = new Set(absent.filter((sha) => (oversize[sha] ?? 0) >= maxBlobBytes));
  if (fetched.claimed === null) return leftOut;
  const unexplained = new Set(absent.filter((sha) => !leftOut.has(sha)));
  // Nearly always the base's own tree has it: that is quicker to see than the whole history.
  for (const commit of fetched.excluded) {
    if (unexplained.size > 0)
      await dropListed(repository, ["ls-tree", "-r", "--format=%(objectname)", commit], "", unexplained);
  }
  if (unexplained.size > 0 && fetched.claimed.length > 0) {
    const args = ["rev-list", "--objects", "--no-object-names", "--missing=print", "--stdin"];
    await dropListed(repository, args, `${fetched.claimed.join("\n")}\n`, unexplained);
  }
  await addNotes(repository.gitDir, [], Object.fromEntries(Array.from(unexplained, (sha) => [sha, maxBlobBytes])));
  return new Set([...leftOut, ...unexplained]);
}

/** Takes the ids that a command lists, one a line, out of the set. `rev-list` marks those that are not here with `?`. */
async function dropListed(
  repository: Repository,
  args: readonly string[],
  input: string,
  ids: Set<string>,
): Promise<void> {
  const git = repository.start(args);
  git.stdin.end(input);
  const lineBreak = 0x0a;
  const splitter = createFieldSplitter((line) => ids.delete(line.toString("latin1").replace("?", "")), lineBreak);
  for await (const chunk of outputOf(git)) splitter.push(chunk);
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

function tooLarge(size: number | null, limit: number): BlobProblem {
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
