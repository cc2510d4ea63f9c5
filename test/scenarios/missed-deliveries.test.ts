import { afterAll, beforeAll, expect, it } from "vitest";
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

it("what was pushed while Keyward was down, and what GitHub could not deliver, has its verdict soon after the start", async () => {
  const { repository, tree } = await startRepository(scene);
  scene.github.faults.add({ kind: "lost", operation: "webhook/push", times: 1 });
  const lost = await tree.commit({ message: "Lost", files: [["a.ts", `const a = "${newToken()}";\n`]] });
  await tree.push("main");
  await scene.github.idle();
  const down = await scene.whileStopped(async () => {
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({ message: "Down", files: [["b.ts", `const b = "${newToken()}";\n`]] });
    await tree.push("topic");
    await scene.github.idle();
    return head;
  });
  expect(await verdictOn(repository, lost)).toMatchObject({ conclusion: "failure" });
  expect(await verdictOn(repository, down)).toMatchObject({ conclusion: "failure" });
  // Asked for once: the same GUID is not asked for a second time once it has arrived.
  const again = scene.github.deliveries.filter(({ redelivery }) => redelivery).map(({ guid }) => guid);
  expect(again.length).toBe(new Set(again).size);
  await assertFaithful(scene.github);
});
