import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { git } from "../github/git/git.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

const line = (token: string): string => `const github = connect("${token}");\n`;

/** A stream for `git fast-import`: commits on `branch` after `base`, each of which writes the one file that they all change. */
function historyOf(branch: string, base: string, contents: readonly string[]): string {
  const commits = contents.map((content, index) => {
    const from = index === 0 ? `from ${base}\n` : "";
    const head = `commit refs/heads/${branch}\ncommitter developer <developer@example.org> ${1_700_000_000 + index} +0000\n`;
    return `${head}data 4\nStep${from === "" ? "\n" : `\n${from}`}M 100644 inline app.ts\ndata ${content.length}\n${content}\n`;
  });
  return commits.join("");
}

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
    await git(theirs.directory, ["fast-import", "--quiet"], { input: historyOf("long", base, contents) });
    await theirs.push("long");
    const [head, leak] = await Promise.all([theirs.git("rev-parse", "long"), theirs.git("rev-parse", "long~169")]);
    await repository.openPullRequest({ head: "visitor:long", title: "Much", author: "visitor" });
    const run = await verdictOn(repository, head);
    expect(run).toMatchObject({ conclusion: "failure", title: "1 credential found in 600 commits" });
    expect(run.summary).toMatch(/Read 600 commits, 600 files/);
    expect(run.summary).toContain(leak.slice(0, 7));
    await assertFaithful(scene.github);
  });
});

describe("a force push", () => {
  it("that drops the commit with a credential passes, and the incident stays open: it was pushed", async () => {
    const { repository, tree } = await startRepository(scene);
    await tree.git("switch", "--quiet", "--create", "topic");
    const leaked = await tree.commit({ message: "Connect", files: [["app.ts", line(newToken())]] });
    await tree.push("topic");
    expect(await verdictOn(repository, leaked)).toMatchObject({ conclusion: "failure" });
    await until("the incident", () => repository.issues().length === 1);
    await tree.git("reset", "--quiet", "--hard", "main");
    const head = await tree.commit({ message: "Connect otherwise", files: [["app.ts", "export {};\n"]] });
    await tree.push("--force", "topic");
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "success" });
    expect(await verdictOn(repository, leaked)).toMatchObject({ conclusion: "failure" });
    expect(repository.issues()).toMatchObject([{ state: "open" }]);
    await assertFaithful(scene.github);
  });
});
