import type { Change, Commit, RepoRef } from "../../core/change/change.ts";
import type {
  BlobReader,
  ChangeUnavailable,
  CodeReader,
  FileReader,
  MessageReader,
  ReadBlob,
  WhatIsKnown,
} from "../../flows/ports/code-reader.ts";
import type { ChangePast } from "../../flows/ports/change-past.ts";
import type { HistoryReader } from "../../flows/ports/history-reader.ts";
import type { DropCaches } from "../../flows/ports/repositories.ts";
import type { Clock, Logger } from "../../flows/ports/system.ts";
import { untraced, type Trace } from "../../flows/ports/tracing.ts";
import { baseRefOf, commitsBrought, commitsOn, parentDiffs } from "./change-past.ts";
import { planRange, type RangePlan } from "./change-range.ts";
import { GitFailed } from "./git-process.ts";
import { createHistoryReader } from "./history-reader.ts";
import { createKeyedMutex } from "./keyed-mutex.ts";
import { openChangeIn, type DefaultTip, type OpenedChange } from "./open-change.ts";
import { readBlobs } from "./read-blobs.ts";
import { readOneBlob } from "./read-one-blob.ts";
import { readFileAt, readOneMessage } from "./read-one-text.ts";
import { remoteOf, type FetchNotice, type Remote, type TokenSource } from "./remote.ts";
import { RemoteRefusal } from "./remote-problem.ts";
import {
  beginUse,
  cacheDirectory,
  discardAll,
  discardCache,
  ensureCache,
  maintainCache,
  makingOf,
  markDamaged,
} from "./repository-cache.ts";
import { CacheDamaged, repositoryAt, type Repository } from "./repository.ts";
import { unavailable } from "./unavailable.ts";

export type CodeReaderLimits = {
  /** Larger blobs are not read, and not downloaded where the server can leave them out. */
  readonly maxBlobBytes: number;
  /** How much of git's list of new paths is taken in, at about a hundred bytes a path; what is beyond is not read. */
  readonly maxListBytes: number;
  /**
   * How much memory git may take to compare one commit with its parents: some 350 bytes a file. Trees that hold one another many times
   * over can name more files than any memory holds, in a few kilobytes. Where the system cannot limit it, it is not limited.
   */
  readonly maxDiffMemoryMiB: number;
  /** So many commits of a history are read at once: what is read again after a crash. */
  readonly commitsOfPart: number;
  /** For one request of a remote: the first one of a large repository brings all its commits and trees. */
  readonly fetchTimeoutMs: number;
  /** For one command on the cache. */
  readonly commandTimeoutMs: number;
};

export const defaultLimits: CodeReaderLimits = {
  maxBlobBytes: 32 * 1024 * 1024,
  maxListBytes: 512 * 1024 * 1024,
  maxDiffMemoryMiB: 1024,
  commitsOfPart: 2_000,
  fetchTimeoutMs: 30 * 60 * 1000,
  commandTimeoutMs: 30 * 60 * 1000,
};

export type CodeReaderOptions = {
  /** Holds `<installation id>/<repository id>.git`. May be deleted at any time while nothing is running. */
  readonly cacheDir: string;
  /** Where git reaches the repository, over HTTP and without credentials. */
  readonly remoteUrl: (repo: RepoRef) => string;
  readonly token: TokenSource;
  readonly limits: CodeReaderLimits;
  readonly logger: Logger;
  readonly now: Clock;
  /** What git inherits its `PATH` and proxies from; the process's own environment unless given. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Put around what goes out to the remote. */
  readonly trace?: Trace;
  readonly onFetched?: FetchNotice;
};

/** Reads changes from caches on disk that are brought up to date from the remotes. */
export function createCodeReader(options: CodeReaderOptions): CodeReader &
  HistoryReader & {
    readonly readBlob: BlobReader;
    readonly readMessage: MessageReader;
    readonly readFileAt: FileReader;
    readonly past: ChangePast;
    /** Deletes copies of what is not to be read any more; what reads them now fails. */
    readonly dropCaches: DropCaches;
    /** Ends what goes on in the background, and waits for it. */
    readonly close: () => Promise<void>;
  } {
  const { limits, logger } = options;
  const mutex = createKeyedMutex();
  const busy = new Map<string, number>();
  const background = new Set<Promise<void>>();
  const closing = new AbortController();
  const at = (gitDir: string, signal: AbortSignal): Repository =>
    repositoryAt(gitDir, options.environment ?? process.env, signal, limits.commandTimeoutMs);

  const remoteFor = (repository: Repository, repo: RepoRef): Remote => {
    const url = options.remoteUrl(repo);
    const { token, trace = untraced, onFetched = () => {} } = options;
    return remoteOf(repository, repo, { url, token, timeoutMs: limits.fetchTimeoutMs, trace, onFetched });
  };

  const open = async (
    change: Change,
    plan: RangePlan,
    repository: Repository,
    signal: AbortSignal,
  ): Promise<Opened> => {
    const made = await ensureCache(repository, (gitDir) => at(gitDir, signal), plan.head.length);
    const attempt = (fresh: boolean): Promise<Opened> => {
      const remote = remoteFor(repository, change.repo);
      // What a new cache cannot give is the repository's fault, and is said instead.
      return openChangeIn(repository, remote, plan, { ...limits, onFailure: fresh ? "isolate" : "throw" });
    };
    try {
      return await attempt(made);
    } catch (error) {
      if (made || !mayBeDamage(error)) throw error;
      logger.warn("A repository cache could not be read and is made anew.", {
        repoId: change.repo.repoId,
        error: String(error),
      });
      await discardCache(repository.gitDir);
      await ensureCache(repository, (gitDir) => at(gitDir, signal), plan.head.length);
      return attempt(true);
    }
  };

  /** By the list of commits that an opening gave. */
  const defaultTips = new WeakMap<readonly Commit[], DefaultTip>();

  const directoryOf = (repo: RepoRef): string => cacheDirectory(options.cacheDir, repo);
  const readOne = async (
    repo: RepoRef,
    id: string,
    signal: AbortSignal,
    read: (repository: Repository, remote: Remote) => ReturnType<BlobReader>,
  ): ReturnType<BlobReader> => {
    const repository = at(directoryOf(repo), signal);
    const work = async (): ReturnType<BlobReader> => {
      await ensureCache(repository, (gitDir) => at(gitDir, signal), id.length);
      return read(repository, remoteFor(repository, repo));
    };
    const found = await mutex.run(repository.gitDir, signal, work).catch(unavailable);
    return found.kind === "read" ? found : { kind: "unavailable", detail: found.detail };
  };

  const maintain = (gitDir: string): void => {
    const repository = at(gitDir, closing.signal);
    const work = mutex
      .run(gitDir, closing.signal, async () => {
        if (!busy.has(gitDir)) await maintainCache(repository, options.now());
      })
      .catch((error: unknown) => {
        if (!closing.signal.aborted)
          logger.warn("A repository cache could not be tidied.", { gitDir, error: String(error) });
      })
      .then(() => void background.delete(work));
    background.add(work);
  };

  return {
    ...createHistoryReader({ directoryOf, at, remoteFor, limits, mutex, busy }),
    openChange: async (change, signal) => {
      const plan = planRange(change);
      const repository = at(directoryOf(change.repo), signal);
      const work = async (): Promise<ReadyChange> => {
        const use = beginUse(repository.gitDir);
        try {
          const opened = await open(change, plan, repository, signal);
          return { ...opened, making: await makingOf(repository.gitDir) };
        } finally {
          use.end();
        }
      };
      const ready = await mutex.run(repository.gitDir, signal, work).catch(unavailable);
      if (ready.kind === "unavailable") return ready;
      maintain(repository.gitDir);
      if (ready.kind === "head-gone") return commitGone(plan);
      const { commits, submodules, defaultTip } = ready;
      if (defaultTip !== null) defaultTips.set(commits, defaultTip);
      const blobsBut = (known: WhatIsKnown | null): AsyncIterable<ReadBlob> =>
        blobsOf(repository, ready, limits.maxBlobBytes, known);
      return { kind: "open", commits, submodules, blobs: blobsBut(null), blobsBut };
    },
    readBlob: (repo, sha, signal) =>
      readOne(repo, sha, signal, (repository, remote) => readOneBlob(repository, remote, sha, limits.maxBlobBytes)),
    readMessage: (repo, sha, signal) =>
      readOne(repo, sha, signal, (repository, remote) => readOneMessage(repository, remote, sha, limits.maxBlobBytes)),
    readFileAt: (repo, file, signal) =>
      readOne(repo, file.revision, signal, (repository, remote) =>
        readFileAt(repository, remote, file, limits.maxBlobBytes),
      ),
    past: {
      onBase: async (change, commits, signal) => {
        const baseRef = baseRefOf(change);
        if (baseRef === null) return new Set();
        const asked = change.source.kind === "push" ? (defaultTips.get(commits) ?? null) : null;
        if (asked?.excluded === true) return new Set();
        const repository = at(cacheDirectory(options.cacheDir, change.repo), signal);
        return mutex.run(repository.gitDir, signal, () =>
          commitsOn(repository, remoteFor(repository, change.repo), baseRef, change, commits, asked?.sha ?? null),
        );
      },
      broughtBy: (change, commits, signal) => {
        const repository = at(directoryOf(change.repo), signal);
        return mutex.run(repository.gitDir, signal, async () => {
          await ensureCache(repository, (gitDir) => at(gitDir, signal), change.head.length);
          return commitsBrought(repository, change, commits);
        });
      },
      diffsOf: (change, commits, signal) =>
        parentDiffs(at(cacheDirectory(options.cacheDir, change.repo), signal), commits, limits.maxDiffMemoryMiB),
    },
    dropCaches: async (installationId, repoId) => {
      if (repoId === "all") return discardAll(options.cacheDir, installationId);
      const gitDir = cacheDirectory(options.cacheDir, { installationId, repoId });
      await mutex.run(gitDir, closing.signal, () => discardCache(gitDir));
    },
    close: async () => {
      closing.abort();
      await Promise.all(background);
    },
  };
}

type Opened = OpenedChange | { readonly kind: "head-gone" };

/** With the making of the cache it was opened in. */
type ReadyChange = Opened & { readonly making: string };

/** Can be read more than once; each time from the start. */
function blobsOf(
  repository: Repository,
  opened: OpenedChange & ReadyChange,
  maxBytes: number,
  known: WhatIsKnown | null,
): AsyncIterable<ReadBlob> {
  const said = { commits: opened.commits.map(({ sha }) => sha), tags: opened.tags };
  return {
    async *[Symbol.asyncIterator]() {
      for (const unread of opened.unlisted) yield { kind: "unread", unread };
      const onCorrupt = (): Promise<void> => markDamaged(repository.gitDir, opened.making);
      const use = beginUse(repository.gitDir);
      try {
        yield* readBlobs(repository, opened.blobs, said, { maxMessageBytes: maxBytes, known, onCorrupt });
      } finally {
        use.end();
      }
    },
  };
}

/** A local command that failed, or a fetch for a reason that the remote did not give; but not for want of room. */
function mayBeDamage(error: unknown): boolean {
  if (error instanceof CacheDamaged) return true;
  const failed = error instanceof RemoteRefusal && error.problem.kind === "local" ? error.cause : error;
  return failed instanceof GitFailed && failed.why === "exit" && !noRoom.test(failed.stderr);
}

const noRoom =
  /No space left|quota exceeded|out of memory|Cannot allocate|Too many open files|Permission denied|Read-only/i;

function commitGone(plan: RangePlan): ChangeUnavailable {
  const detail = `The server has neither the commit ${plan.head} nor a ref that leads to it.`;
  return { kind: "unavailable", reason: "commit-gone", detail };
}
