import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { letTimeCome } from "../support/stored-state.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

test("an object that GitHub does not give makes the verdict incomplete, which mends itself once it is there", async () => {
  const { repository, tree } = await startRepository(scene);
  const base = await tree.commit({
    message: "Settings",
    files: [["old/settings.ts", "export const settings = {};\n"]],
  });
  await tree.push("main");
  await verdictOn(repository, base);
  const blob = await tree.git("rev-parse", "HEAD:old/settings.ts");
  const file = join(repository.directory, "objects", blob.slice(0, 2), blob.slice(2));
  const kept = await readFile(file);
  await scene.whileStopped((dataDir) => rm(join(dataDir, "repositories"), { recursive: true }));
  await rm(file);
  await tree.git("switch", "--quiet", "--create", "topic");
  await tree.git("mv", "old", "new");
  const head = await tree.commit({ message: "Move", files: [["app.ts", "export {};\n"]] });
  await tree.push("topic");

  const run = await verdictOn(repository, head);
  expect(run).toMatchObject({ conclusion: "action_required", title: "Could not read everything: 1 file" });
  expect(run.summary).toMatch(/`new\/settings\.ts` .* GitHub did not give the object/);
  expect(run.summary).toMatch(/Keyward tries again by itself at .* \(retry 1 of 6\)/);

  await writeFile(file, kept);
  await scene.whileStopped(letTimeCome);
  await until("the retry", () => repository.checkRuns(head, "all").length > 1);
  expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "success" });
  await assertFaithful(scene.github);
});

test("a repository that GitHub does not let Keyward read is not passed, and judged once it does", async () => {
  const { repository, tree } = await startRepository(scene);
  await tree.git("switch", "--quiet", "--create", "topic");
  const head = await tree.commit({ message: "App", files: [["app.ts", "export {};\n"]] });
  const fault = scene.github.faults.add({ kind: "answer", status: 404, operation: "git/upload-pack" });
  await tree.push("topic");
  const run = await verdictOn(repository, head);
  expect(run).toMatchObject({ conclusion: "action_required" });
  expect(run.summary).toContain("GitHub does not let Keyward read the repository");
  expect(run.summary).toContain("Keyward tries again by itself");
  fault.remove();
  repository.rerequestCheckRun(run.id);
  await until("the second run", () => repository.checkRuns(head, "all").length > 1);
  expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "success" });
  await assertFaithful(scene.github);
});
