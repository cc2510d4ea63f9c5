import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createCacheKeeper } from "../../../src/adapters/git/cache-keeper.ts";

const now = Date.parse("2026-11-02T10:00:00.000Z");
const hour = 60 * 60 * 1000;

function folderWith(caches: Readonly<Record<string, { readonly hoursAgo: number; readonly bytes: number }>>) {
  const directory = mkdtempSync(join(tmpdir(), "keyward-caches-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, { hoursAgo, bytes }] of Object.entries(caches)) {
    const gitDir = join(directory, "7", `${name}.git`);
    mkdirSync(join(gitDir, "objects", "pack"), { recursive: true });
    writeFileSync(join(gitDir, "objects", "pack", "one.pack"), Buffer.alloc(bytes));
    writeFileSync(join(gitDir, "HEAD"), "");
    const used = new Date(now - hoursAgo * hour);
    utimesSync(join(gitDir, "HEAD"), used, used);
  }
  const drop = async (installationId: number, repoId: number | "all"): Promise<void> =>
    rmSync(join(directory, String(installationId), `${repoId}.git`), { recursive: true });
  const left = (): readonly string[] => readdirSync(join(directory, "7")).toSorted();
  return { directory, drop, left };
}

test("what was not read for long is dropped, and of the rest what was read longest ago until it fits", async () => {
  const code = folderWith({
    1: { hoursAgo: 800, bytes: 10 },
    2: { hoursAgo: 20, bytes: 400 },
    3: { hoursAgo: 2, bytes: 400 },
  });
  const wikis = folderWith({ 2: { hoursAgo: 30, bytes: 300 } });
  const trimmed = await createCacheKeeper([code, wikis], { bytes: 1000, unusedMs: 720 * hour }, () => now).trim();
  expect(trimmed).toEqual({ dropped: 2, bytesLeft: 800 });
  expect([code.left(), wikis.left()]).toEqual([["2.git", "3.git"], []]);
});

test("what was used within the last ten minutes may be in use, and stays", async () => {
  const code = folderWith({ 1: { hoursAgo: 0.16, bytes: 1000 }, 2: { hoursAgo: 0.17, bytes: 1000 } });
  expect(await createCacheKeeper([code], { bytes: 10, unusedMs: hour }, () => now).trim()).toEqual({
    dropped: 1,
    bytesLeft: 1000,
  });
  expect(code.left()).toEqual(["1.git"]);
});

test("a folder that is not there yet holds nothing", async () => {
  const nowhere = { directory: join(tmpdir(), "keyward-no-such-folder"), drop: async () => {} };
  expect(await createCacheKeeper([nowhere], { bytes: 1, unusedMs: 1 }, () => now).trim()).toEqual({
    dropped: 0,
    bytesLeft: 0,
  });
});

test("a fetch that makes them larger than they may be has those dropped that were read longest ago, at once", async () => {
  const code = folderWith({
    1: { hoursAgo: 3, bytes: 300 },
    2: { hoursAgo: 2, bytes: 300 },
    3: { hoursAgo: 0, bytes: 300 },
  });
  let at = now;
  const keeper = createCacheKeeper([code], { bytes: 1000, unusedMs: 720 * hour }, () => at);
  expect(await keeper.trim()).toEqual({ dropped: 0, bytesLeft: 900 });
  const grow = (bytes: number) => {
    writeFileSync(join(code.directory, "7", "3.git", "objects", "pack", "two.pack"), Buffer.alloc(bytes));
    return keeper.grew(join(code.directory, "7", "3.git"));
  };
  expect(await grow(100)).toBeNull();
  expect(await grow(200)).toEqual({ dropped: 1, bytesLeft: 800 });
  expect(code.left()).toEqual(["2.git", "3.git"]);
  // What is in use stays; that nothing can be done is not found out anew with each fetch.
  expect(await grow(2000)).toEqual({ dropped: 1, bytesLeft: 2300 });
  expect(await grow(2001)).toBeNull();
  at += hour;
  expect(await grow(2002)).toEqual({ dropped: 1, bytesLeft: 0 });
});
