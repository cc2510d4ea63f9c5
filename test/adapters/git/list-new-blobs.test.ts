import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listNewBlobs, listNewBlobsAtOnce } from "../../../src/adapters/git/list-new-blobs.ts";
import { repositoryAt, type Repository } from "../../../src/adapters/git/repository.ts";
import { createTestRepository, type TestRepository } from "../../support/git-repo.ts";

const limits = { maxListBytes: 1_000_000, maxDiffMemoryMiB: 256 };

let root: string;
let origin: TestRepository;
let repository: Repository;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "list-new-blobs-"));
  origin = await createTestRepository(join(root, "x.git"));
  repository = repositoryAt(origin.directory, process.env, new AbortController().signal, 10_000);
});
afterEach(() => rm(root, { recursive: true, force: true }));

test("a commit whose tree is lost is named, and all others are listed", async () => {
  const commits = await origin.commits(
    Array.from({ length: 7 }, (_, i) => ({ parents: i === 0 ? [] : [i - 1], files: { [`d${i}/f`]: `text ${i}` } })),
  );
  const lost = (await origin.git(["rev-parse", `${commits[3]}:d3`])).trim();
  await rm(join(origin.directory, "objects", lost.slice(0, 2), lost.slice(2)));

  await expect(listNewBlobs(repository, commits, { onFailure: "throw", ...limits })).rejects.toThrow(
    "git diff-tree: exited with code 128",
  );
  const { blobs, unlisted } = await listNewBlobs(repository, commits, { onFailure: "isolate", ...limits });
  expect(unlisted).toEqual([
    {
      path: commits[3],
      commit: commits[3],
      reason: "corrupt",
      detail: "A tree of this commit is missing or corrupt, so that what it brings in is not known.",
    },
  ]);
  expect(blobs.paths()).toEqual(["d0/f", "d1/f", "d2/f", "d4/f", "d5/f", "d6/f"]);
});

test("a malformed tree is named", async () => {
  const tree = await origin.git(["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], "100644 cut off");
  const text = `tree ${tree.trim()}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nbad\n`;
  const bad = (await origin.git(["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], text)).trim();
  const good = await origin.commit({ files: { a: "1" } });
  const { blobs, unlisted } = await listNewBlobs(repository, [good, bad], { onFailure: "isolate", ...limits });
  expect(unlisted.map(({ commit, reason }) => [commit, reason])).toEqual([[bad, "corrupt"]]);
  expect(blobs.paths()).toEqual(["a"]);
});

test("several processes list what one does, each place with the first commit that brought it", async () => {
  const commits = await origin.commits(
    Array.from({ length: 9 }, (_, i) => ({
      parents: i === 0 ? [] : [i - 1],
      files: { [`p${i % 4}`]: `text ${i % 3}`, [`q${i}`]: `text ${i % 5}`, [`d${i}/f`]: `own ${i}` },
    })),
  );
  for (const number of [2, 6]) {
    const lost = (await origin.git(["rev-parse", `${commits[number]}:d${number}`])).trim();
    await rm(join(origin.directory, "objects", lost.slice(0, 2), lost.slice(2)));
  }
  const options = { onFailure: "isolate", ...limits } as const;
  const byOne = await listNewBlobs(repository, commits, options);
  expect(byOne.unlisted.map(({ commit }) => commit)).toEqual([commits[2], commits[6]]);
  for (const processes of [0, 1, 2, 4, 9, 20]) {
    const { blobs, unlisted } = await listNewBlobsAtOnce(repository, commits, options, processes);
    expect(Array.from(blobs.placed())).toEqual(Array.from(byOne.blobs.placed()));
    expect(unlisted).toEqual(byOne.unlisted);
  }
  const { blobs } = await listNewBlobsAtOnce(repository, [], options, 2);
  expect(blobs.size()).toBe(0);
});
