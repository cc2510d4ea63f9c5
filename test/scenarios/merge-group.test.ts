import { afterAll, beforeAll, expect, test } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
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

test("what a merge queue is about to merge has a verdict on the queue's own commit", async () => {
  const { repository, tree } = await startRepository(scene);
  await tree.git("switch", "--quiet", "--create", "clean");
  await tree.commit({ message: "Clean", files: [["clean.ts", "export {};\n"]] });
  await tree.push("clean");
  const clean = await repository.openPullRequest({ head: "clean", title: "Clean" });
  await tree.git("switch", "--quiet", "--create", "leak", "main");
  await tree.commit({ message: "Leak", files: [["leak.ts", line(newToken())]] });
  await tree.push("leak");
  const leak = await repository.openPullRequest({ head: "leak", title: "Leak" });
  expect(await verdictOn(repository, await repository.enterMergeQueue(clean.number))).toMatchObject({
    conclusion: "success",
  });
  expect(await verdictOn(repository, await repository.enterMergeQueue(leak.number))).toMatchObject({
    conclusion: "failure",
  });
  await assertFaithful(scene.github);
});
