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

test("a credential that is added and removed again in the same push is still leaked", async () => {
  const { repository, tree } = await startRepository(scene);
  await tree.git("switch", "--quiet", "--create", "topic");
  const added = await tree.commit({ message: "Connect", files: [["src/app.ts", line(newToken())]] });
  const head = await tree.commit({ message: "Clean up", files: [["src/app.ts", line("x")]] });
  await tree.push("topic");
  const run = await verdictOn(repository, head);
  expect(run.conclusion).toBe("failure");
  expect(run.summary).toContain(added.slice(0, 7));
  expect(run.summary).toContain("no longer at the head");
  await assertFaithful(scene.github);
});
