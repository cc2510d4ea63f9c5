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

test("a merge commit that brings a secret from a side branch does not pass, in a push and in a pull request", async () => {
  const { repository, tree } = await startRepository(scene);
  await tree.git("switch", "--quiet", "--create", "side");
  const leaked = await tree.commit({ message: "Side", files: [["side.ts", line(newToken())]] });
  await tree.git("rm", "--quiet", "side.ts");
  await tree.git("commit", "--quiet", "-m", "Remove it");
  await tree.git("switch", "--quiet", "--create", "topic", "main");
  await tree.commit({ message: "Topic", files: [["topic.ts", "export {};\n"]] });
  await tree.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side");
  const head = await tree.git("rev-parse", "HEAD");
  await tree.push("topic");
  await repository.openPullRequest({ head: "topic", title: "Topic" });
  await scene.github.idle();
  const run = await verdictOn(repository, head);
  expect(run.conclusion).toBe("failure");
  expect(run.summary).toContain(leaked.slice(0, 7));
  await assertFaithful(scene.github);
});

test("a secret that the merge itself writes, and neither of its parents has, does not pass", async () => {
  const { repository, tree } = await startRepository(scene);
  await tree.git("switch", "--quiet", "--create", "side");
  await tree.commit({ message: "Side", files: [["side.ts", "export {};\n"]] });
  await tree.git("switch", "--quiet", "--create", "topic", "main");
  await tree.commit({ message: "Topic", files: [["topic.ts", "export {};\n"]] });
  await tree.git("merge", "--quiet", "--no-ff", "--no-commit", "side");
  const head = await tree.commit({ message: "Merge side", files: [["side.ts", line(newToken())]] });
  await tree.push("topic");
  expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
  await assertFaithful(scene.github);
});
