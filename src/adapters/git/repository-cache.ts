import { randomUUID } from "node:crypto";
import { access, appendFile, mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RepoRef } from "../../core/change/change.ts";
import { CacheDamaged, type Repository } from "./repository.ts";

/**
 * Where a repository's cache is: by ids alone, so that a rename or a transfer keeps it and no name from outside becomes
 * part of a path.
 */
export function cacheDirectory(cacheDir: string, repo: Pick<RepoRef, "installationId" | "repoId">): string {
  for (const id of [repo.installationId, repo.repoId]) {
    if (!Number.isSafeInteger(id) || id <= 0) throw new Error(`Expected a positive whole number as id, found ${id}.`);
  }
  return join(cacheDir, String(repo.installationId), `${repo.repoId}.git`);
}

/**
 * Makes sure that the cache is there, and new if it was found damaged. Gives whether it is new, and notes that it is used. Several processes may do so
 * at once: the repository is made aside and put in its place in one step.
 */
export async function ensureCache(
  repository: Repository,
  at: (gitDir: string) => Repository,
  idLength: number,
): Promise<boolean> {
  const { gitDir } = repository;
  if (await exists(damageMark(gitDir))) await discardCache(gitDir);
  if (await noteUse(gitDir)) return false;
  const draft = `${gitDir}.new-${randomUUID()}`;
  await mkdir(dirname(gitDir), { recursive: true, mode: 0o700 });
  const format = idLength === 64 ? "sha256" : "sha1";
  await at(draft).run([
    "init",
    "--quiet",
    "--bare",
    "--template=",
    "--initial-branch=none",
    `--object-format=${format}`,
  ]);
  try {
    await rename(draft, gitDir);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was faster.
    if (await exists(join(gitDir, "HEAD"))) return false;
    throw error;
  }
}

/** Notes at the cache that it is used now; gives whether it is there. */
async function noteUse(gitDir: string): Promise<boolean> {
  const now = new Date();
  return utimes(join(gitDir, "HEAD"), now, now).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
      throw error;
    },
  );
}

const noteEveryMs = 60_000;

/** Notes that the cache is used, from now on and until the end is told, so that it is not dropped meanwhile. */
export function beginUse(gitDir: string): { readonly end: () => void } {
  const note = (): void => void noteUse(gitDir).catch(() => {});
  note();
  const timer = setInterval(note, noteEveryMs);
  timer.unref();
  return {
    end: () => {
      clearInterval(timer);
      note();
    },
  };
}

/** Throws the cache away; the next `ensureCache` makes a new one. */
export async function discardCache(gitDir: string): Promise<void> {
  const grave = `${gitDir}.old-${randomUUID()}`;
  try {
    await rename(gitDir, grave);
  } catch (error) {
    if (!(await exists(gitDir))) return;
    throw error;
  }
  await rm(grave, { recursive: true, force: true, maxRetries: 5 });
}

/** Throws away every cache of an installation. */
export async function discardAll(cacheDir: string, installationId: number): Promise<void> {
  const directory = dirname(cacheDirectory(cacheDir, { installationId, repoId: 1 }));
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Tells one making of the cache from the next. */
export async function makingOf(gitDir: string): Promise<string> {
  const { ino, birthtimeMs } = await stat(gitDir);
  return `${ino} ${birthtimeMs}`;
}

/**
 * Notes that an object of the cache could not be read, so that the next opening starts from a new cache. Throws when this is
 * no longer the cache that was opened: its objects are gone for no fault of theirs, and the change must be read again.
 */
export async function markDamaged(gitDir: string, making: string): Promise<void> {
  const now = await makingOf(gitDir).catch(() => "gone");
  if (now !== making) throw new CacheDamaged("The cache was made anew while a change was read from it.");
  await writeFile(damageMark(gitDir), "");
}

const damageMark = (gitDir: string): string => join(gitDir, "keyward-damaged");

const packsKept = 50;
const leftoverMs = 60 * 60 * 1000;

/**
 * Keeps the cache quick: of many packs (one or two come with every fetch) the small ones become one, and what killed fetches left
 * behind is removed. Objects are never dropped. Safe beside readers; no fetch may run in the same cache.
 */
export async function maintainCache(repository: Repository, now: string): Promise<void> {
  const directory = join(repository.gitDir, "objects", "pack");
  const names = await readdir(directory);
  for (const name of names.filter((name) => name.startsWith("tmp_"))) {
    const file = join(directory, name);
    const found = await stat(file).catch(() => null);
    if (found !== null && Date.parse(now) - found.mtimeMs > leftoverMs) await rm(file, { force: true });
  }
  if (names.filter((name) => name.endsWith(".pack")).length <= packsKept) return;
  await repository.run(["repack", "--geometric=2", "-d", "-q"]);
  // A pack from a partial fetch is marked, so that a fetch does not look for all it refers to. Older gits lose the mark here.
  for (const name of (await readdir(directory)).filter((name) => name.endsWith(".pack"))) {
    await appendFile(join(directory, name.replace(/\.pack$/, ".promisor")), "");
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
