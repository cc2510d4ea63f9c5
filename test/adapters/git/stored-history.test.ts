import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listHistory } from "../../../src/adapters/git/list-history.ts";
import { openStoreOf } from "../../../src/adapters/git/pack/open-store.ts";
import { refReach } from "../../../src/adapters/git/ref-reach.ts";
import { type Repository, repositoryAt } from "../../../src/adapters/git/repository.ts";
import { listStoredHistory, type StoredHistory } from "../../../src/adapters/git/stored-history.ts";
import { seededRandom } from "../../../src/core/scan/shape/random.ts";
import { createTestRepository, type TestCommit, type TestFile, type TestRepository } from "../../support/git-repo.ts";

let root = "";
let made = 0;
beforeAll(() => (root = mkdtempSync(join(tmpdir(), "keyward-stored-history-"))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const repositoryOf = ({ directory }: TestRepository): Repository =>
  repositoryAt(directory, process.env, AbortSignal.any([]), 60_000);

/** What is listed without git; null where it is left to git. */
async function stored(origin: TestRepository): Promise<StoredHistory | null> {
  const repository = repositoryOf(origin);
  const store = await openStoreOf(repository);
  const refs = (await origin.git(["for-each-ref", "--format=%(objecttype) %(objectname)"])).split("\n").filter(Boolean);
  const tips = refs.map((line) => ({ type: line.split(" ")[0] ?? "", name: line.split(" ")[1] ?? "" }));
  try {
    return store === null ? null : await listStoredHistory(repository, store, tips);
  } finally {
    store?.close();
  }
}

/** The same with a store and without one. */
async function listed(origin: TestRepository): Promise<Awaited<ReturnType<typeof listHistory>>> {
  const repository = repositoryOf(origin);
  const store = await openStoreOf(repository);
  const byStore = await listHistory(repository, store);
  store?.close();
  const { graph, ...rest } = byStore;
  expect(rest).toEqual(await listHistory(repository));
  if (graph === undefined) return byStore;
  const reach = await Promise.all([refReach(repository, graph), refReach(repository)]);
  const [known, listed] = reach.map((reachOf) => reachOf(graph.names, 5));
  expect(known).toEqual(listed);
  return byStore;
}

/** Lines that part and come together, files that come, change, move, become other things and go. */
function makeCommits(seed: number, count: number, link: string): readonly TestCommit[] {
  const { below } = seededRandom("stored histories", seed);
  const folders = ["", "a/", "a/b/", "a.b/", "c/", "c/d/e/"];
  const fileOf = (): TestFile => {
    const kind = below(12);
    if (kind === 0) return null;
    if (kind === 1) return { submodule: link };
    const content = `text ${below(30)}`;
    if (kind < 4) return { mode: kind === 2 ? "100755" : "120000", content };
    return content;
  };
  return Array.from({ length: count }, (_, at): TestCommit => {
    const parents = at === 0 || below(25) === 0 ? [] : [at - 1 - below(Math.min(at, 4))];
    for (let more = at > 1 ? below(6) - 3 : 0; more > 0; more--) parents.push(below(at));
    const files = Object.fromEntries(
      Array.from({ length: 1 + below(3) }, () => [`${folders[below(folders.length)]}f${below(9)}`, fileOf()]),
    );
    const rawFiles = below(9) === 0 ? [[Buffer.from([0x64, 0x2f, 0xff, 0x0a, 0xe9]), "odd"] as const] : [];
    return { parents: [...new Set(parents)], files, rawFiles, time: 1e9 + below(50) };
  });
}

async function makeRepository(seed: number, objectFormat: "sha1" | "sha256"): Promise<TestRepository> {
  const origin = await createTestRepository(join(root, `${made++}.git`), {
    objectFormat,
    config: { "fastimport.unpackLimit": "100000", "user.name": "a", "user.email": "a" },
  });
  const link = "1".repeat(objectFormat === "sha1" ? 40 : 64);
  const commits = await origin.commits(makeCommits(seed, 120, link));
  for (const [at, sha] of commits.entries())
    if (at % 9 === 0 || at > 110) await origin.setRef(`refs/heads/b${at}`, sha);
  await origin.git(["tag", "-am", "one", "inner", commits[50] ?? ""]);
  await origin.git(["tag", "-am", "two", "outer", "inner"]);
  await origin.git(["tag", "-am", "of a tree", "tree", `${commits[3]}^{tree}`]);
  await origin.git(["update-ref", "--no-deref", "HEAD", commits[77] ?? ""]);
  return origin;
}

const layouts: Readonly<Record<string, (origin: TestRepository) => Promise<unknown>>> = {
  "files of their own": () => Promise.resolve(),
  "one pack": ({ git }) => git(["repack", "-adfq", "--depth=200"]),
  "several packs": async ({ git, directory }) => {
    await git(["pack-objects", "-q", "--revs", join(directory, "objects/pack/pack")], "refs/heads/b45\n");
    await git(["repack", "-dq"]);
  },
  "packs and an index for all": async ({ git, directory }) => {
    await git(["pack-objects", "-q", "--revs", join(directory, "objects/pack/pack")], "refs/heads/b45\n");
    await git(["pack-objects", "-q", "--all", join(directory, "objects/pack/pack")]);
    await git(["multi-pack-index", "write"]);
  },
  "another repository": async ({ git, directory }) => {
    await git(["repack", "-adq"]);
    await git(["clone", "-q", "--bare", "--shared", directory, `${directory}.borrowed`]);
  },
};

describe("commits and blobs are listed as git lists them, in its order", () => {
  test.each(Object.keys(layouts).flatMap((layout) => [1, 2].map((seed) => [layout, seed] as const)))(
    "in %s (%i)",
    { timeout: 60_000 },
    async (layout, seed) => {
      const origin = await makeRepository(seed, seed === 1 ? "sha1" : "sha256");
      await layouts[layout]?.(origin);
      expect((await stored(origin))?.blobs.length).toBeGreaterThan(50);
      const { commits } = await listed(origin);
      expect(commits.length).toBeGreaterThan(80);
    },
  );
});

describe("git has the last word", () => {
  const tips = async (origin: TestRepository, ref = "refs/heads/b99"): Promise<string> =>
    (await origin.git(["rev-parse", ref])).trim();

  test("about a shallow clone, grafts, replaced commits and other work trees", { timeout: 60_000 }, async () => {
    const origin = await makeRepository(3, "sha1");
    const [one, other] = [await tips(origin), await tips(origin, "refs/heads/b9")];
    writeFileSync(join(origin.directory, "shallow"), `${one}\n`);
    expect(await stored(origin)).toBeNull();
    expect((await listed(origin)).unlisted).toHaveLength(1);
    rmSync(join(origin.directory, "shallow"));

    await origin.git(["replace", one, other]);
    expect((await listed(origin)).unlisted).toEqual([]);
    await origin.git(["replace", "-d", one]);
    expect(await stored(origin)).not.toBeNull();

    await origin.git(["worktree", "add", "-q", "--detach", `${origin.directory}.tree`, one]);
    expect(await stored(origin)).toBeNull();
    await listed(origin);
  });

  test.each(["tree", "commit"])("about a %s that is not there", { timeout: 60_000 }, async (kind) => {
    const origin = await makeRepository(4, "sha1");
    const lost = await tips(origin, kind === "tree" ? "refs/heads/b108^{tree}" : "refs/heads/b108");
    await origin.git(["update-ref", "-d", "refs/heads/b108"]);
    rmSync(join(origin.directory, "objects", lost.slice(0, 2), lost.slice(2)));
    const answers = await Promise.all(
      [null, await openStoreOf(repositoryOf(origin))].map((store) =>
        listHistory(repositoryOf(origin), store).then(
          ({ commits, tags, blobs, unlisted }) => ({ commits, tags, blobs, unlisted }),
          (error: unknown) => String(error),
        ),
      ),
    );
    expect(answers[1]).toEqual(answers[0]);
  });

  test("about a pack that cannot be read here", { timeout: 60_000 }, async () => {
    const origin = await makeRepository(5, "sha1");
    await origin.git(["-c", "pack.indexVersion=1", "repack", "-adq"]);
    expect(await stored(origin)).toBeNull();
    await listed(origin);
  });
});
