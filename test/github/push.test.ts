import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startLocalGithub, type LocalGithub } from "./local-github.ts";
import type { LocalRepository } from "./local-repository.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./testing/webhook-receiver.ts";
import { assertFaithful } from "./testing/faithful.ts";
import { startWorkTree, type WorkTree } from "./work-tree.ts";

let github: LocalGithub;
let receiver: WebhookReceiver;
let repository: LocalRepository;
let tree: WorkTree;

beforeEach(async () => {
  [github, receiver] = await Promise.all([startLocalGithub(), startWebhookReceiver()]);
  github.createOrganization("acme");
  repository = await github.createRepository({ owner: "acme", name: "shop" });
  tree = await startWorkTree(repository);
  github.setWebhook(receiver.url);
});

afterEach(async () => {
  await assertFaithful(github);
  await Promise.all([github.stop(), receiver[Symbol.asyncDispose](), tree[Symbol.asyncDispose]()]);
});

const zero = "0".repeat(40);

describe("a push over HTTP", () => {
  test("sends a signed push event with every commit, oldest first", async () => {
    const first = await tree.commit({ message: "one", files: [["a.txt", "a\n"]] });
    const second = await tree.commit({
      message: "two\n\nwith a body",
      files: [
        ["b/ü.txt", "b\n"],
        ["a.txt", null],
      ],
    });
    await tree.push("main");
    await github.idle();

    const [push] = receiver.of("push");
    expect(push).toMatchObject({
      ref: "refs/heads/main",
      before: zero,
      after: second,
      created: true,
      deleted: false,
      forced: false,
    });
    expect(push).toMatchObject({
      head_commit: { id: second },
      pusher: { name: "developer" },
      sender: { login: "developer" },
    });
    expect(push?.["commits"]).toMatchObject([
      { id: first, message: "one", added: ["a.txt"], removed: [], modified: [], distinct: true },
      { id: second, message: "two\n\nwith a body", added: ["b/ü.txt"], removed: ["a.txt"], modified: [] },
    ]);

    const request = receiver.received.find(({ headers }) => headers["x-github-event"] === "push");
    const expected = createHmac("sha256", github.app.webhookSecret)
      .update(request?.body ?? "")
      .digest("hex");
    expect(request?.headers["x-hub-signature-256"]).toBe(`sha256=${expected}`);
    expect(request?.headers["user-agent"]).toMatch(/^GitHub-Hookshot\//);
  });
});
