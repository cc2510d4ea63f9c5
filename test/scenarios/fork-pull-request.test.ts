import { afterAll, beforeAll, expect, test } from "vitest";
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

test("a pull request from a fork is judged before anybody merges it, and its incident is filed here", async () => {
  const { repository } = await startRepository(scene);
  scene.github.createUser("visitor");
  const fork = await scene.github.fork(repository, "visitor");
  await using theirs = await startWorkTree(fork, "visitor");
  await theirs.git("fetch", "--quiet", "origin", "main");
  await theirs.git("switch", "--quiet", "--create", "feature", "FETCH_HEAD");
  const head = await theirs.commit({ message: "Feature", files: [["feature.ts", line(newToken())]] });
  await theirs.push("feature");
  await repository.openPullRequest({ head: "visitor:feature", title: "A feature", author: "visitor" });
  expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
  await until("the incident", () => repository.issues().filter(({ pull }) => pull === null).length === 1);
  const fixed = await theirs.commit({ message: "Fix", files: [["feature.ts", "export {};\n"]] });
  await theirs.push("feature");
  const after = await verdictOn(repository, fixed);
  expect(after, "what the pull request brings in still holds it").toMatchObject({ conclusion: "failure" });
  expect(after.summary).toContain(head.slice(0, 7));
  await assertFaithful(scene.github);
});
