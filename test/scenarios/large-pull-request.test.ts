import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree } from "../github/work-tree.ts";
import { importHistory } from "../support/import-history.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { verdictOn } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

const line = (token: string): string => `const github = connect("${token}");\n`;

describe("a pull request of 600 commits", () => {
  it("is read to its end: what only commit 431 holds is found there", async () => {
    const { repository, tree } = await startRepository(scene);
    const base = await tree.git("rev-parse", "main");
    scene.github.createUser("visitor");
    const fork = await scene.github.fork(repository, "visitor");
    await using theirs = await startWorkTree(fork, "visitor");
    await theirs.git("fetch", "--quiet", "origin", "main");
    const leaking = line(newToken());
    const contents = Array.from({ length: 600 }, (_, index) =>
      index === 430 ? leaking : `export const a = ${index};\n`,
    );
    await importHistory(
      theirs,
      "long",
      base,
      contents.map((content) => [["app.ts", content]]),
    );
    await theirs.push("long");
    const [head, leak] = await Promise.all([theirs.git("rev-parse", "long"), theirs.git("rev-parse", "long~169")]);
    await repository.openPullRequest({ head: "visitor:long", title: "Much", author: "visitor" });
    const run = await verdictOn(repository, head);
    expect(run).toMatchObject({ conclusion: "failure", title: "1 credential found in 600 commits" });
    expect(run.summary).toMatch(/Read 600 commits, 600 files/);
    expect(run.summary).toContain(leak.slice(0, 7));
    await assertFaithful(scene.github);
  });

  it("that changes 3,000 files besides is read whole: every file and every commit is counted", async () => {
    const { repository, tree } = await startRepository(scene);
    const base = await tree.git("rev-parse", "main");
    const leaking = line(newToken());
    const commits = Array.from({ length: 600 }, (_, commit) =>
      Array.from({ length: 5 }, (_, file) => {
        const n = commit * 5 + file;
        return [`src/part-${n % 40}/file-${n}.ts`, n === 2_718 ? leaking : `export const n = ${n};\n`] as const;
      }),
    );
    await importHistory(tree, "large", base, commits);
    await tree.push("large");
    const head = await tree.git("rev-parse", "large");
    await repository.openPullRequest({ head: "large", title: "Large" });
    await scene.github.idle();
    const run = await verdictOn(repository, head);
    expect(run).toMatchObject({ conclusion: "failure", title: "1 credential found in 600 commits" });
    expect(run.summary).toMatch(/Read 600 commits, 3,000 files.* Nothing was left out\./);
    expect(run.annotations).toMatchObject([{ path: "src/part-38/file-2718.ts" }]);
    await assertFaithful(scene.github);
  });
});
