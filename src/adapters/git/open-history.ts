import type { Unread } from "../../core/verdict/coverage.ts";
import type { HistoryPart, HistoryTips } from "../../flows/ports/history-reader.ts";
import type { WhatIsKnown } from "../../flows/ports/code-reader.ts";
import { completeBlobs } from "./complete-blobs.ts";
import { readHeadFiles } from "./head-files.ts";
import { isRefusal, listNewBlobs, type ListOptions } from "./list-new-blobs.ts";
import { addNotes, readNotes } from "./notes.ts";
import { readBlobs } from "./read-blobs.ts";
import type { Remote } from "./remote.ts";
import { RemoteRefusal } from "./remote-problem.ts";
import { lookUp, type Repository } from "./repository.ts";

/** What is given up when the server does not have it: it names one object at a time. */
const refusalsTaken = 50;

/** What each ref of the remote is at now. What GitHub makes by itself (a pull request merged for a try) is nobody's work. */
export async function readTips(remote: Remote, defaultBranch: string): Promise<HistoryTips> {
  const refs = (await remote.listRefs()).filter(({ ref }) => !/^refs\/pull\/\d+\/merge$/.test(ref));
  const head = refs.find(({ ref }) => ref === `refs/heads/${defaultBranch}`)?.sha ?? null;
  return { head, tips: [...new Set(refs.map(({ sha }) => sha))].toSorted() };
}

export type FetchedHistory = {
  readonly lost: readonly Unread[];
  /** Whether everything came now: what is not here then was left out for its size. */
  readonly whole: boolean;
};

/** Brings everything the tips lead to, blobs included, unless it is here. */
export async function fetchHistory(
  repository: Repository,
  remote: Remote,
  { tips }: HistoryTips,
  maxBlobBytes: number,
): Promise<FetchedHistory> {
  const notes = await readNotes(repository.gitDir);
  const filter = `blob:limit=${maxBlobBytes + 1}` as const;
  // What was fetched for changes came in good part without blobs: one by one they would take far longer than all of it anew.
  const anew = !notes.whole;
  const haves = anew && notes.tips.length > 0 ? "nothing" : notes.tips;
  let wants = anew ? tips : await absentOf(repository, tips);
  const lost: string[] = [];
  while (wants.length > 0) {
    try {
      await remote.fetch({ wants, haves, filter });
      break;
    } catch (error) {
      const sha = error instanceof RemoteRefusal && error.problem.kind === "no-such-object" ? error.problem.sha : null;
      if (sha === null || !wants.includes(sha) || lost.length === refusalsTaken) throw error;
      lost.push(sha);
      wants = wants.filter((want) => want !== sha);
    }
  }
  return { whole: anew, lost: (await absentOf(repository, lost)).map(lostTip) };
}

/** Notes that the whole history is here, up to the tips. */
export async function noteWhole(repository: Repository, { head, tips }: HistoryTips): Promise<void> {
  await addNotes(repository.gitDir, await commitsAmong(repository, head === null ? tips : [head, ...tips]), {}, true);
}

async function commitsAmong(repository: Repository, shas: readonly string[]): Promise<readonly string[]> {
  const found = await lookUp(repository, shas);
  return found.flatMap((info) => (info?.type === "commit" ? info.sha : []));
}

async function absentOf(repository: Repository, shas: readonly string[]): Promise<readonly string[]> {
  const found = await lookUp(repository, shas);
  return shas.filter((_, index) => found[index] === null);
}

const lostTip = (sha: string): Unread => ({
  path: sha,
  commit: sha,
  reason: "missing-object",
  detail: "A branch or tag was here when this history was begun, and the server does not have it any more.",
});

export type ListedHistory = {
  /** Parents before children; with the same tips always in the same order. */
  readonly commits: readonly string[];
  readonly tags: readonly string[];
};

/** Lists what the tips that are here lead to. */
export async function listTips(repository: Repository, { tips }: HistoryTips): Promise<ListedHistory> {
  const found = await lookUp(repository, tips);
  const here = found.flatMap((info) => info ?? []);
  const revisions = here.filter(({ type }) => type === "commit" || type === "tag").map(({ sha }) => sha);
  if (revisions.length === 0) return { commits: [], tags: [] };
  const output = await repository.run(
    ["rev-list", "--topo-order", "--reverse", "--stdin"],
    `${revisions.join("\n")}\n`,
  );
  const commits = output.toString("latin1").split("\n").filter(Boolean);
  return { commits, tags: here.filter(({ type }) => type === "tag").map(({ sha }) => sha) };
}

export type HistoryLimits = Pick<ListOptions, "maxListBytes" | "maxDiffMemoryMiB"> & {
  readonly maxBlobBytes: number;
  readonly commitsOfPart: number;
};

export type PartSource = {
  readonly repository: Repository;
  readonly remote: Remote;
  readonly history: HistoryTips & ListedHistory & FetchedHistory;
  readonly limits: HistoryLimits;
  readonly onCorrupt: () => Promise<void>;
};

/** The commits from a number on, a part at a time. */
export async function* readParts(source: PartSource, from: number): AsyncGenerator<HistoryPart, void, undefined> {
  const { commits } = source.history;
  const { commitsOfPart } = source.limits;
  for (let start = from; start === 0 || start < commits.length; start += commitsOfPart) {
    const done = Math.min(start + commitsOfPart, commits.length);
    yield { done, ...(await readPart(source, commits.slice(start, done), done === commits.length)) };
  }
}

async function readPart(
  { repository, remote, history, limits, onCorrupt }: PartSource,
  commits: readonly string[],
  isLast: boolean,
): Promise<Omit<HistoryPart, "done">> {
  const options = { ...limits, onFailure: "isolate" } as const;
  const list = await listNewBlobs(repository, commits, options);
  const fetched = { excluded: [], claimed: history.whole ? [] : null, head: history.head ?? "" };
  const problems = await completeBlobs(repository, remote, list.blobs.shas(), fetched, options);
  const files = await headFiles(repository, history.head, list.blobs.paths(), limits.maxListBytes);
  const blobs = {
    shas: Array.from(list.blobs.shas()),
    placesOf: (sha: string) => list.blobs.placesOf(sha, files),
    problems,
  };
  const said = { commits, tags: isLast ? history.tags : [] };
  const blobsBut = async function* (known: WhatIsKnown | null) {
    for (const unread of list.unlisted) yield { kind: "unread", unread } as const;
    yield* readBlobs(repository, blobs, said, { maxMessageBytes: limits.maxBlobBytes, known, onCorrupt });
  };
  return { submodules: list.submodules, blobs: blobsBut(null), blobsBut };
}

type Files = Awaited<ReturnType<typeof readHeadFiles>>;

async function headFiles(
  repository: Repository,
  head: string | null,
  paths: readonly string[],
  maxListBytes: number,
): Promise<Files> {
  const nothing: Files = { shaAt: () => undefined };
  if (head === null) return nothing;
  try {
    return await readHeadFiles(repository, head, paths, new Map(), maxListBytes);
  } catch (error) {
    // A tree of the head is broken: the commit that brought it says so.
    if (isRefusal(error)) return nothing;
    throw error;
  }
}
