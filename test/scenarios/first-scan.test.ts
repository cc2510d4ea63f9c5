import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalRepository } from "../github/local-repository.ts";
import type { CheckRun } from "../github/state.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree } from "../github/work-tree.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until } from "../support/watch.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

const line = (token: string): string => `const github = connect("${token}");\n`;
const incidents = (repository: LocalRepository) =>
  repository.issues().filter(({ author }) => author.login.endsWith("[bot]"));

/** A repository of an account without the app: a secret that was taken away again, and one on a branch. */
async function startOldRepository(login: string) {
  scene.github.createUser(login);
  const repository = await scene.github.createRepository({ owner: login, name: "old" });
  const tree = await startWorkTree(repository, login);
  await tree.commit({ message: "Connect", files: [["src/old.ts", line(newToken())]] });
  const fixed = await tree.commit({ message: "Do not", files: [["src/old.ts", "export {};\n"]] });
  await tree.push("main");
  await tree.git("switch", "--quiet", "--create", "side");
  await tree.commit({ message: "Side", files: [["src/side.ts", line(newToken())]] });
  await tree.push("side");
  return { repository, tree, head: fixed };
}

const historyOn = (repository: LocalRepository, head: string): Promise<CheckRun> =>
  until("the check of the history", () =>
    repository.checkRuns(head).find(({ name, status }) => name === "Keyward history" && status === "completed"),
  );

describe("an account that the app is installed on", () => {
  it("has the whole history of its repositories read: old secrets are incidents, and nobody is held up", async () => {
    const { repository, head } = await startOldRepository("alice");
    scene.github.install("alice");
    const check = await historyOn(repository, head);
    expect(check).toMatchObject({ conclusion: "neutral", title: "3 commits read: 2 credentials found" });
    const bodies = await until("both incidents", () => {
      const found = incidents(repository).map(({ body }) => body ?? "");
      return (
        found.some((body) => body.includes("src/old.ts")) && found.some((body) => body.includes("src/side.ts")) && found
      );
    });
    expect(bodies).toHaveLength(2);
    expect(repository.checkRuns(head).map(({ name }) => name)).toEqual(["Keyward history"]);
    await assertFaithful(scene.github);
  });

  it("goes on after Keyward was killed in the middle of it", async () => {
    const { repository, head } = await startOldRepository("bob");
    const slow = scene.github.faults.add({ kind: "slow", operation: "git/upload-pack", times: 2, delayMs: 3000 });
    scene.github.install("bob");
    await until("the fetch", () => slow.hits() === 1);
    await scene.restart();
    expect(await historyOn(repository, head)).toMatchObject({ title: "3 commits read: 2 credentials found" });
    await until("both incidents", () => incidents(repository).length === 2);
    await assertFaithful(scene.github);
  });
});
