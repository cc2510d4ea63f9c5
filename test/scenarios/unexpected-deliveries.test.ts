import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree } from "../github/work-tree.ts";
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

/** Sends a delivery signed with the right secret, whatever is in it, and gives the status. */
async function send(event: string, payload: unknown): Promise<number> {
  const body = JSON.stringify(payload);
  const signature = createHmac("sha256", scene.github.app.webhookSecret).update(body).digest("hex");
  const { status } = await fetch(scene.keyward.webhookUrl, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
  });
  return status;
}

/** The first log line after now that has the text. */
const logged = (text: string, since: number): Promise<string> =>
  until(`a log line "${text}"`, () =>
    scene.keyward
      .output()
      .slice(since)
      .split("\n")
      .find((line) => line.includes(text)),
  );

const repository = { id: 1, name: "x", owner: { login: "acme" }, default_branch: "main", private: true };
const push = { ref: "refs/heads/x", before: "0".repeat(40), after: "1".repeat(40), deleted: false, repository };

describe("a delivery that asks for nothing", () => {
  it.each([
    ["an event that is not known", "some_new_event", { action: "created" }, null],
    ["a ping", "ping", { zen: "Design for failure.", hook_id: 1 }, null],
    ["a push without an installation", "push", push, "names no installation"],
    [
      "a deleted branch",
      "push",
      { ...push, after: "0".repeat(40), deleted: true, installation: { id: 1 } },
      "was deleted",
    ],
    ["a push that has not GitHub's shape", "push", { ref: 7, installation: { id: 1 } }, "not a push payload"],
    [
      "a pull request that has not GitHub's shape",
      "pull_request",
      { action: "opened", number: 1 },
      "not a pull_request payload",
    ],
  ])("%s is answered and leaves a line in the log", async (_, event, payload, reason) => {
    const since = scene.keyward.output().length;
    expect(await send(event, payload)).toBe(202);
    await logged(reason ?? "webhook received", since);
    expect(scene.keyward.output().slice(since)).not.toMatch(/"level":50/);
  });
});

describe("a repository that is gone when its push is worked on", () => {
  it("ends in a line in the log, and the server goes on", async () => {
    const since = scene.keyward.output().length;
    const gone = { ...push, repository: { ...repository, id: 999_999, name: "gone" } };
    const [installation] = [...scene.github.deliveries]
      .map(({ installationId }) => installationId)
      .filter((id) => id !== null);
    const shop = await scene.github.createRepository({ owner: "acme", name: "stays" });
    await using tree = await startWorkTree(shop);
    const head = await tree.commit({ message: "Start", files: [["a.ts", `const t = "${newToken()}";\n`]] });
    await tree.push("main");
    await verdictOn(shop, head);
    const id = installation ?? scene.github.deliveries.at(-1)?.installationId;
    expect(await send("push", { ...gone, installation: { id } })).toBe(202);
    expect(await logged("gone", since)).toBeTruthy();
    const next = await tree.commit({ message: "Go on", files: [["b.ts", "export {};\n"]] });
    await tree.push("main");
    expect(await verdictOn(shop, next)).toMatchObject({ conclusion: "success" });
    await assertFaithful(scene.github);
  });
});

describe("a push without new commits", () => {
  it("of a branch at a known commit passes with nothing to read", async () => {
    const shop = await scene.github.createRepository({ owner: "acme", name: "empty-push" });
    await using tree = await startWorkTree(shop);
    const head = await tree.commit({ message: "Start", files: [["a.ts", "export {};\n"]] });
    await tree.push("main");
    await verdictOn(shop, head);
    await tree.push("main:refs/heads/same");
    await scene.github.idle();
    expect(await verdictOn(shop, head)).toMatchObject({ conclusion: "success" });
    await assertFaithful(scene.github);
  });
});
