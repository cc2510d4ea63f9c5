import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change, ChangeSource, Commit, RepoRef } from "../../src/core/change/change.ts";
import type { Unread } from "../../src/core/verdict/coverage.ts";
import type { ChangeReading, ReadBlob } from "../../src/flows/ports/code-reader.ts";
import type { Logger } from "../../src/flows/ports/system.ts";
import { createCodeReader, defaultLimits, type CodeReaderOptions } from "../../src/adapters/git/code-reader.ts";
import { createTestRepository, type TestRepository } from "./git-repo.ts";
import { startGitHttpServer, type GitHttpServer } from "./git-http.ts";

/** A served repository, an empty cache, and a reader for them. */
export type Bench = {
  readonly origin: TestRepository;
  readonly server: GitHttpServer;
  readonly cacheDir: string;
  /** Where the reader keeps the repository. */
  readonly gitDir: string;
  readonly repo: RepoRef;
  readonly token: string;
  readonly reader: ReturnType<typeof createCodeReader>;
  /** Another reader of the same server, with other options. */
  readonly readerWith: (options: Partial<CodeReaderOptions>) => ReturnType<typeof createCodeReader>;
  readonly push: (head: string, before: string | null, ref?: string) => Change;
  readonly logged: string[];
  readonly close: () => Promise<void>;
};

const name = "acme/shop.git";

export async function startBench(repository: Parameters<typeof createTestRepository>[1] = {}): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), "code-reader-"));
  const origin = await createTestRepository(join(root, "origin", name), repository);
  const token = `token-${Math.random().toString(36).slice(2)}`;
  const server = await startGitHttpServer(join(root, "origin"), token);
  const cacheDir = join(root, "cache");
  const repo: RepoRef = {
    installationId: 7,
    repoId: 42,
    owner: "acme",
    name: "shop",
    defaultBranch: "main",
    visibility: "private",
  };
  const logged: string[] = [];
  const log = (message: string, fields?: object): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const readers: { readonly close: () => Promise<void> }[] = [];
  const readerWith = (options: Partial<CodeReaderOptions>): ReturnType<typeof createCodeReader> => {
    const reader = createCodeReader({
      cacheDir,
      remoteUrl: () => server.url(name),
      token: async () => token,
      limits: defaultLimits,
      logger,
      now: () => new Date().toISOString(),
      ...options,
    });
    readers.push(reader);
    return reader;
  };
  return {
    origin,
    server,
    cacheDir,
    gitDir: join(cacheDir, "7", "42.git"),
    repo,
    token,
    reader: readerWith({}),
    readerWith,
    push: (head, before, ref = "refs/heads/main") => changeOf(repo, head, { kind: "push", ref, before }),
    logged,
    close: async () => {
      await Promise.all(readers.map((reader) => reader.close()));
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function changeOf(repo: RepoRef, head: string, source: ChangeSource): Change {
  return { repo, head, source };
}

/** A change that was read to its end. */
export type ReadChange = {
  readonly commits: readonly Commit[];
  readonly submodules: number;
  readonly read: readonly Extract<ReadBlob, { kind: "read" }>[];
  readonly messages: readonly Extract<ReadBlob, { kind: "message" }>[];
  readonly unread: readonly Unread[];
};

/** Opens a change and reads all of it; fails when it is unavailable. */
export async function readAll(
  reader: Bench["reader"],
  change: Change,
  signal: AbortSignal = new AbortController().signal,
): Promise<ReadChange> {
  const opened = await reader.openChange(change, signal);
  if (opened.kind !== "open") throw new Error(`Expected an open change, found ${opened.reason}: ${opened.detail}`);
  return drain(opened);
}

export async function drain(opened: ChangeReading): Promise<ReadChange> {
  const read: Extract<ReadBlob, { kind: "read" }>[] = [];
  const messages: Extract<ReadBlob, { kind: "message" }>[] = [];
  const unread: Unread[] = [];
  for await (const blob of opened.blobs) {
    if (blob.kind === "read") read.push(blob);
    else if (blob.kind === "message") messages.push(blob);
    else if (blob.kind === "unread") unread.push(blob.unread);
  }
  return { commits: opened.commits, submodules: opened.submodules, read, messages, unread };
}

/** What was read as `path: text`, in order of both. */
export function textsOf({ read }: ReadChange): string[] {
  return read
    .flatMap(({ bytes, places }) => places.map(({ path }) => `${path}: ${Buffer.from(bytes).toString()}`))
    .sort();
}
