import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DropCaches } from "../../flows/ports/repositories.ts";

/** A folder of cached repositories, and what throws one of them away. */
export type CacheFolder = { readonly directory: string; readonly drop: DropCaches };

export type CacheBounds = {
  /** Of all folders together. */
  readonly bytes: number;
  /** What was not read for so long is dropped in any case. */
  readonly unusedMs: number;
};

type Cache = {
  readonly folder: CacheFolder;
  readonly installationId: number;
  readonly repoId: number;
  readonly gitDir: string;
  readonly bytes: number;
  readonly usedMs: number;
};

/** What is in use is noted every minute: what was not used for so long is not in use in any process. */
const recentMs = 10 * 60 * 1000;

/** What caches together are brought down to when they have outgrown their bound, so that it is not done for each fetch. */
const downTo = 0.9;

export type Trimmed = { readonly dropped: number; readonly bytesLeft: number };

export type CacheKeeper = {
  /**
   * Drops cached repositories that were not read for long, and those read longest ago while all together are larger than they may be.
   * What is in use stays. A dropped one is made again when it is needed.
   */
  readonly trim: () => Promise<Trimmed>;
  /** Something was fetched into a cache: trims if all together are larger than they may be now. */
  readonly grew: (gitDir: string) => Promise<Trimmed | null>;
};

/** Where everything is in use, it is looked through again after a while, not at each fetch. */
const lookAgainMs = 60_000;

/** Keeps the caches of some folders within their bounds. `now` in milliseconds. */
export function createCacheKeeper(
  folders: readonly CacheFolder[],
  bounds: CacheBounds,
  now: () => number,
): CacheKeeper {
  const sizes = new Map<string, number>();
  let notBefore = 0;

  const trim = async (): Promise<Trimmed> => {
    const caches = (await Promise.all(folders.map(cachesIn))).flat().toSorted((a, b) => a.usedMs - b.usedMs);
    sizes.clear();
    for (const { gitDir, bytes } of caches) sizes.set(gitDir, bytes);
    let bytesLeft = sum(sizes.values());
    const most = bytesLeft > bounds.bytes ? bounds.bytes * downTo : bounds.bytes;
    let dropped = 0;
    for (const { folder, installationId, repoId, gitDir, bytes, usedMs } of caches) {
      const age = now() - usedMs;
      if (age < recentMs || (age < bounds.unusedMs && bytesLeft <= most)) continue;
      await folder.drop(installationId, repoId);
      sizes.delete(gitDir);
      bytesLeft -= bytes;
      dropped += 1;
    }
    if (bytesLeft > bounds.bytes) notBefore = now() + lookAgainMs;
    return { dropped, bytesLeft };
  };

  return {
    trim,
    grew: async (gitDir) => {
      sizes.set(gitDir, await sizeOf(gitDir));
      return sum(sizes.values()) > bounds.bytes && now() >= notBefore ? trim() : null;
    },
  };
}

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((all, bytes) => all + bytes, 0);

async function cachesIn(folder: CacheFolder): Promise<readonly Cache[]> {
  const caches: Cache[] = [];
  for (const installation of await entriesOf(folder.directory)) {
    for (const name of await entriesOf(join(folder.directory, installation))) {
      const [, repoId] = /^(\d+)\.git$/.exec(name) ?? [];
      if (repoId === undefined || !/^\d+$/.test(installation)) continue;
      const gitDir = join(folder.directory, installation, name);
      const head = await stat(join(gitDir, "HEAD")).catch(() => null);
      if (head === null) continue;
      const ids = { installationId: Number(installation), repoId: Number(repoId) };
      caches.push({ folder, ...ids, gitDir, bytes: await sizeOf(gitDir), usedMs: head.mtimeMs });
    }
  }
  return caches;
}

/** What vanishes meanwhile counts nothing. */
async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}

const entriesOf = (directory: string): Promise<readonly string[]> => readdir(directory).catch(() => []);
