import { afterAll, beforeAll, expect, test } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
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

test("a force push that drops the commit with a credential passes, and the incident stays open: it was pushed", async () => {
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
