import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startLocalGithub, type LocalGithub } from "./local-github.ts";
import type { LocalRepository } from "./local-repository.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./testing/webhook-receiver.ts";
import { endFaithfully } from "./testing/faithful.ts";
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
  await endFaithfully(github, receiver, tree);
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

  test("tells of a forced push, of a deleted branch, and lists commits that others had as not distinct", async () => {
    const one = await tree.commit({ message: "one", files: [["a", "1"]] });
    await tree.push("main");
    const two = await tree.commit({ message: "two", files: [["a", "2"]] });
    await tree.push("HEAD:topic", "HEAD:other");
    await tree.push("main");
    await tree.git("commit", "-q", "--amend", "-m", "two again");
    const again = await tree.git("rev-parse", "HEAD");
    await tree.push("+HEAD:topic", ":other");
    await github.idle();

    const of = (ref: string) => receiver.of("push").filter((push) => push["ref"] === `refs/heads/${ref}`);
    expect(of("main")[1]).toMatchObject({ before: one, after: two, commits: [{ id: two, distinct: false }] });
    expect(of("topic")[1]).toMatchObject({ before: two, after: again, forced: true, commits: [{ id: again }] });
    expect(of("other")[1]).toMatchObject({ after: zero, deleted: true, head_commit: null, commits: [] });
  });

  test("carries file names with line breaks, quotes and bytes that are not UTF-8", async () => {
    await tree.commit({
      message: "odd",
      files: [
        ['a\n"b"\\.txt', "x"],
        [Buffer.from([0x63, 0xe9]), "y"],
        ["-rf", "z"],
      ],
    });
    await tree.push("main");
    await github.idle();
    const [push] = receiver.of("push");
    expect(push).toMatchObject({ commits: [{ added: ["-rf", 'a\n"b"\\.txt', "c\uFFFD"] }] });
  });

  test("asks the app for checks once per commit", async () => {
    await tree.commit({ message: "one", files: [["a", "1"]] });
    await tree.push("main", "HEAD:same");
    await github.idle();
    expect(receiver.of("check_suite.requested")).toHaveLength(1);
  });

  test("of more than three tags sends no event for any of them", async () => {
    await tree.commit({ message: "one", files: [["a", "1"]] });
    for (const tag of ["v1", "v2", "v3", "v4"]) await tree.git("tag", tag);
    await tree.push("main", "v1", "v2", "v3");
    await github.idle();
    expect(receiver.of("push")).toHaveLength(4);
    await tree.push("--delete", "v1");
    await tree.push("v1", "v2", "v3", "v4", "--force");
    await tree.git("tag", "v5");
    await github.idle();
    const before = receiver.of("push").length;
    await tree.push("--delete", "v1", "v2", "v3", "v4");
    await github.idle();
    expect(receiver.of("push")).toHaveLength(before);
  });

  test("to refs of pull requests is refused", async () => {
    await tree.commit({ message: "one", files: [["a", "1"]] });
    await expect(tree.push("HEAD:refs/pull/1/head")).rejects.toThrow(/hidden ref|declined/);
  });
});

describe("a pull request", () => {
  test("from a branch: opened, synchronized by a push, closed when its branch goes", async () => {
    await tree.commit({ message: "one", files: [["a", "1"]] });
    await tree.push("main");
    await tree.git("checkout", "-q", "-b", "topic");
    const two = await tree.commit({ message: "two", files: [["b", "2"]] });
    await tree.push("topic");
    const { number } = await repository.openPullRequest({ head: "topic", title: "Two" });
    expect(await tree.git("ls-remote", "origin", `refs/pull/${number}/head`)).toContain(two);

    const three = await tree.commit({ message: "three", files: [["c", "3"]] });
    await tree.push("topic");
    await tree.push(":topic");
    await github.idle();
    expect(receiver.of("pull_request.opened")).toMatchObject([
      { number, pull_request: { head: { sha: two }, commits: 1 } },
    ]);
    expect(receiver.of("pull_request.synchronize")).toMatchObject([
      { before: two, after: three, pull_request: { commits: 2 } },
    ]);
    expect(receiver.of("pull_request.closed")).toMatchObject([{ pull_request: { merged: false } }]);
    expect(await tree.git("ls-remote", "origin", `refs/pull/${number}/head`)).toContain(three);
  });

  test("from a fork is readable in the repository itself, and its pushes reach only the pull request", async () => {
    await tree.commit({ message: "one", files: [["a", "1"]] });
    await tree.push("main");
    github.createUser("stranger");
    const fork = await github.fork(repository, "stranger");
    await using clone = await startWorkTree(fork, "stranger");
    await clone.git("pull", "-q", "origin", "main");
    await clone.git("checkout", "-q", "-b", "gift");
    const gift = await clone.commit({ message: "gift", files: [["g", "1"]] });
    await clone.push("gift");
    const { number } = await repository.openPullRequest({ head: "stranger:gift", title: "A gift", author: "stranger" });
    const more = await clone.commit({ message: "more", files: [["g", "2"]] });
    await clone.push("gift");
    await github.idle();
    expect(receiver.of("pull_request.opened")).toMatchObject([
      {
        pull_request: {
          head: { sha: gift, label: "stranger:gift", repo: { fork: true } },
          base: { repo: { fork: false } },
        },
      },
    ]);
    expect(receiver.of("pull_request.synchronize")).toMatchObject([{ after: more, sender: { login: "stranger" } }]);
    expect(receiver.of("push")).toHaveLength(1);
    expect(await tree.git("ls-remote", "origin", `refs/pull/${number}/head`)).toContain(more);
  });

  test("that is merged moves its base branch, with a push event of the merge commit", async () => {
    await tree.commit({ message: "one", files: [["a", "1"]] });
    await tree.push("main");
    await tree.git("checkout", "-q", "-b", "topic");
    const two = await tree.commit({ message: "two", files: [["b", "2"]] });
    await tree.push("topic");
    const { number } = await repository.openPullRequest({ head: "topic", title: "Two" });
    const merged = await repository.mergePullRequest(number);
    await github.idle();
    expect(await repository.headOf("main")).toBe(merged);
    expect(receiver.of("pull_request.closed")).toMatchObject([
      { pull_request: { merged: true, merge_commit_sha: merged } },
    ]);
    const last = receiver.of("push").at(-1);
    expect(last).toMatchObject({ ref: "refs/heads/main", after: merged, commits: [{ id: two }, { id: merged }] });
  });
});
