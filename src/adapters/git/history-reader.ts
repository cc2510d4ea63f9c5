import type { RepoRef } from "../../core/change/change.ts";
import type { HistoryPart, HistoryReader, HistoryTips, OpenedHistory } from "../../flows/ports/history-reader.ts";
import type { KeyedMutex } from "./keyed-mutex.ts";
import {
  fetchHistory,
  listTips,
  noteWhole,
  readParts,
  readTips,
  type HistoryLimits,
  type PartSource,
} from "./open-history.ts";
import type { Remote } from "./remote.ts";
import { beginUse, ensureCache, makingOf, markDamaged } from "./repository-cache.ts";
import type { Repository } from "./repository.ts";
import { unavailable } from "./unavailable.ts";

export type HistoryReaderOptions = {
  readonly directoryOf: (repo: RepoRef) => string;
  readonly at: (gitDir: string, signal: AbortSignal) => Repository;
  readonly remoteFor: (repository: Repository, repo: RepoRef) => Remote;
  readonly limits: HistoryLimits;
  /** Held while the cache is made, listed for a change or tidied; not while a history is fetched, which may take half an hour. */
  readonly mutex: KeyedMutex;
  /** Caches that something is fetched into outside the mutex: they must not be tidied. */
  readonly busy: Map<string, number>;
};

/** Reads histories from the caches that changes are read from, beside these readings. */
export function createHistoryReader(options: HistoryReaderOptions): HistoryReader {
  const { limits, mutex } = options;

  const open = async (
    repo: RepoRef,
    given: HistoryTips | null,
    signal: AbortSignal,
  ): Promise<OpenedHistory | { readonly kind: "empty" }> => {
    const repository = options.at(options.directoryOf(repo), signal);
    const { gitDir } = repository;
    const idLength = given?.tips[0]?.length ?? 40;
    await mutex.run(gitDir, signal, () => ensureCache(repository, (dir) => options.at(dir, signal), idLength));
    const making = await makingOf(gitDir);
    const remote = options.remoteFor(repository, repo);
    const { tips, fetched } = await whileBusy(gitDir, signal, async () => {
      const wanted = given ?? (await readTips(remote, repo.defaultBranch));
      return { tips: wanted, fetched: await fetchHistory(repository, remote, wanted, limits.maxBlobBytes) };
    });
    if (tips.tips.length === 0) return { kind: "empty" };
    await mutex.run(gitDir, signal, () => noteWhole(repository, tips));
    const listed = await listTips(repository, tips);
    const onCorrupt = (): Promise<void> => markDamaged(gitDir, making);
    const source: PartSource = { repository, remote, history: { ...tips, ...listed, ...fetched }, limits, onCorrupt };
    const partsFrom = (done: number): AsyncIterable<HistoryPart> => busyParts(gitDir, signal, readParts(source, done));
    return { kind: "open", ...tips, commits: listed.commits.length, lost: fetched.lost, partsFrom };
  };

  /** In the mutex, so that the cache is not just being tidied. Gives what ends it. */
  const begin = (gitDir: string, signal: AbortSignal): Promise<() => void> =>
    mutex.run(gitDir, signal, async () => {
      options.busy.set(gitDir, (options.busy.get(gitDir) ?? 0) + 1);
      const use = beginUse(gitDir);
      return () => {
        use.end();
        end(gitDir);
      };
    });
  const end = (gitDir: string): void => {
    const left = (options.busy.get(gitDir) ?? 1) - 1;
    if (left === 0) options.busy.delete(gitDir);
    else options.busy.set(gitDir, left);
  };
  async function whileBusy<T>(gitDir: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const ended = await begin(gitDir, signal);
    try {
      return await work();
    } finally {
      ended();
    }
  }
  async function* busyParts(
    gitDir: string,
    signal: AbortSignal,
    parts: AsyncIterable<HistoryPart>,
  ): AsyncGenerator<HistoryPart> {
    const ended = await begin(gitDir, signal);
    try {
      yield* parts;
    } finally {
      ended();
    }
  }

  return { openHistory: (repo, tips, signal) => open(repo, tips, signal).catch(unavailable) };
}
