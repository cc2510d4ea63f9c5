import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalRepository } from "../github/local-repository.ts";
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
const incidents = (repository: LocalRepository) =>
  repository.issues().filter(({ author }) => author.login.endsWith("[bot]"));

describe("a repository", () => {
  it("that is renamed while it is scanned gets its verdict all the same", async () => {
    const { repository, tree } = await startRepository(scene);
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({ message: "Connect", files: [["src/app.ts", line(newToken())]] });
    const slow = scene.github.faults.add({ kind: "slow", operation: "git/upload-pack", times: 1, delayMs: 1500 });
    await tree.push("topic");
    await until("the fetch", () => slow.hits() === 1);
    repository.rename(`renamed-${repository.id}`);
    expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
    await until("the incident", () => incidents(repository).length === 1);
    await assertFaithful(scene.github);
  });

  it("that becomes public has nothing in its issues any more that would help to find the secret", async () => {
    const { repository, tree } = await startRepository(scene);
    const head = await tree.commit({ message: "Connect", files: [["src/secret-place.ts", line(newToken())]] });
    await tree.push("main");
    await verdictOn(repository, head);
    const telling = /secret-place|ghp_|GitHub personal access token|\b[0-9a-f]{32}\b/;
    const issue = await until("the incident", () =>
      incidents(repository).find(({ body }) => body?.includes("secret-place")),
    );
    repository.setVisibility("public");
    const now = await until("the words to be taken back", () =>
      incidents(repository).find(({ number, body }) => number === issue.number && !telling.test(body ?? "")),
    );
    expect(`${now.title}${JSON.stringify(repository.comments(now.number))}`).not.toMatch(telling);
    await until("the history to be read", () =>
      repository.checkRuns(head).some(({ name, status }) => name === "Keyward history" && status === "completed"),
    );
    await assertFaithful(scene.github);
  });

  it("that is deleted leaves no copy on disk", async () => {
    const { repository, tree } = await startRepository(scene);
    await verdictOn(repository, await tree.git("rev-parse", "HEAD").then((sha) => sha.trim()));
    const { payload } = scene.github.deliveries.findLast(({ event }) => event === "push") ?? {};
    const installation = (payload as { installation?: { id: number } } | undefined)?.installation?.id ?? 0;
    const copy = join(scene.keyward.dataDir, "repositories", String(installation), `${repository.id}.git`);
    expect(existsSync(copy)).toBe(true);
    repository.delete();
    await until("the copy to be gone", () => !existsSync(copy));
    await until("a word of it in the log", () =>
      scene.keyward.output().includes("a repository was deleted; its incidents stay"),
    );
    await assertFaithful(scene.github);
  });
});
