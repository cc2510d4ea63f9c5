import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refReach } from "../../../src/adapters/git/ref-reach.ts";
import { repositoryAt } from "../../../src/adapters/git/repository.ts";
import { createTestRepository, type TestRepository } from "../../support/git-repo.ts";

let root = "";
let origin: TestRepository;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ref-reach-"));
  origin = await createTestRepository(join(root, "x.git"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("of each commit and tag the refs that lead to it are told as git tells them, the first and how many", async () => {
  // Two lines that part and come together again and again, more commits than are followed at once.
  const commits = await origin.commits(
    Array.from({ length: 80 }, (_, at) => ({
      parents: at === 0 ? [] : at % 7 === 0 ? [at - 1, Math.max(0, at - 5)] : [Math.max(0, at - 1 - (at % 3))],
      files: { [`f${at}`]: `text ${at}` },
    })),
  );
  for (const [at, sha] of commits.entries()) if (at % 6 === 0) await origin.setRef(`refs/heads/b${at % 5}/${at}`, sha);
  await origin.git(["-c", "user.name=a", "-c", "user.email=a", "tag", "-am", "t", "release", commits[40] ?? ""]);
  const tag = (await origin.git(["rev-parse", "refs/tags/release"])).trim();
  const tree = (await origin.git(["rev-parse", `${commits[3]}^{tree}`])).trim();
  await origin.setRef("refs/tags/tree", tree);

  const shas = [...commits, tag, "0".repeat(40)];
  const reached = (await refReach(repositoryAt(origin.directory, process.env, AbortSignal.any([]), 10_000)))(shas, 4);

  for (const sha of commits) {
    const names = (await origin.git(["for-each-ref", "--contains", sha, "--format=%(refname)"]))
      .split("\n")
      .slice(0, -1);
    expect(reached.get(sha)).toEqual({ names: names.slice(0, 4), count: names.length });
  }
  expect(reached.get(tag)).toEqual({ names: ["refs/tags/release"], count: 1 });
  expect(reached.get("0".repeat(40))).toEqual({ names: [], count: 0 });
});
