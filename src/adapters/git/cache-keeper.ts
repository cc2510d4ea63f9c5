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
  readonly bytes: number;
  readonly usedMs: number;
};

/** What was used within this time may be in use. */
const recentMs = 60 * 60 * 1000;

/**
 * Drops cached repositories that were not read for long, and those read longest ago while all together are larger than they may be. What
 * was used within the hour stays. Gives how much was dropped; a dropped one is made again when it is needed.
 */
export async function trimCaches(
  folders: readonly CacheFolder[],
  bounds: CacheBounds,
  nowMs: number,
): Promise<{ readonly dropped: number; readonly bytesLeft: number }> {
  const caches = (await Promise.all(folders.map(cachesIn))).flat().toSorted((a, b) => a.usedMs - b.usedMs);
  let bytesLeft = caches.reduce((sum, { bytes }) => sum + bytes, 0);
  let dropped = 0;
  for (const { folder, installationId, repoId, bytes, usedMs } of caches) {
    const age = nowMs - usedMs;
    if (age < recentMs || (age < bounds.unusedMs && bytesLeft <= bounds.bytes)) continue;
    await folder.drop(installationId, repoId);
    bytesLeft -= bytes;
    dropped += 1;
  }
  return { dropped, bytesLeft };
}

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
      caches.push({ folder, ...ids, bytes: await sizeOf(gitDir), usedMs: head.mtimeMs });
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
