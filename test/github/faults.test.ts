import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "./faults.ts";
import { startLocalGithub, type LocalGithub } from "./local-github.ts";
import type { LocalRepository } from "./local-repository.ts";
import { appClient, installationClient } from "./testing/clients.ts";
import { endFaithfully } from "./testing/faithful.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./testing/webhook-receiver.ts";
import { startWorkTree, type WorkTree } from "./work-tree.ts";

let github: LocalGithub;
let receiver: WebhookReceiver;
let repository: LocalRepository;
let tree: WorkTree;
let client: ReturnType<typeof installationClient>;
const at = { owner: "acme", repo: "shop" };

beforeEach(async () => {
  [github, receiver] = await Promise.all([startLocalGithub(), startWebhookReceiver()]);
  const { id } = github.createOrganization("acme");
  repository = await github.createRepository({ owner: "acme", name: "shop" });
  tree = await startWorkTree(repository);
  client = installationClient(github, id);
  github.setWebhook(receiver.url);
});

afterEach(async () => {
  await endFaithfully(github, receiver, tree);
});

const create = () => client.rest.issues.create({ ...at, title: "One" });

describe("a fault of the API", () => {
  test.each<[Fault, object, number]>([
    [{ kind: "bad-gateway" }, { status: 502 }, 0],
    [{ kind: "bad-gateway-after" }, { status: 502 }, 1],
    [
      { kind: "reset" },
      { status: 500, message: expect.stringMatching(/ECONNRESET|fetch failed|other side/) as string },
      0,
    ],
    [{ kind: "reset-after" }, { status: 500 }, 1],
    [{ kind: "answer", status: 404 }, { status: 404 }, 0],
    [
      { kind: "rate-limit", retryAfterSeconds: 9 },
      { status: 403, response: { headers: { "x-ratelimit-remaining": "0" } } },
      0,
    ],
    [
      { kind: "secondary-limit", retryAfterSeconds: 7, status: 429 },
      {
        status: 429,
        message: expect.stringContaining("secondary rate limit") as string,
        response: { headers: { "retry-after": "7" } },
      },
      0,
    ],
  ])("%j strikes once and is over", async (fault, error, issuesMade) => {
    await client.rest.issues.listForRepo(at);
    const handle = github.faults.add({ ...fault, operation: "issues/create", times: 1 });
    await expect(create()).rejects.toMatchObject(error);
    expect(repository.issues()).toHaveLength(issuesMade);
    expect(handle.hits()).toBe(1);
    expect((await create()).data.number).toBe(issuesMade + 1);
  });

  test.each([
    ["timeout", 0],
    ["timeout-after", 1],
  ] as const)("%s never answers", async (kind, issuesMade) => {
    await client.rest.issues.listForRepo(at);
    const handle = github.faults.add({ kind, operation: "issues/create" });
    const signal = AbortSignal.timeout(300);
    await expect(client.rest.issues.create({ ...at, title: "One", request: { signal } })).rejects.toMatchObject({
      message: expect.stringContaining("timeout") as string,
    });
    expect(repository.issues()).toHaveLength(issuesMade);
    handle.remove();
    await create();
  });

  test("slow answers late; skip lets some pass; a path pattern chooses", async () => {
    github.faults.add({ kind: "slow", delayMs: 200, path: /^\/repos\/acme\/shop$/, times: 1 });
    const started = performance.now();
    await client.rest.repos.get(at);
    expect(performance.now() - started).toBeGreaterThan(190);
    const handle = github.faults.add({ kind: "bad-gateway", operation: /^repos\//, method: "GET", skip: 1 });
    await client.rest.repos.get(at);
    await expect(client.rest.repos.get(at)).rejects.toMatchObject({ status: 502 });
    handle.remove();
    await client.rest.repos.get(at);
  });

  test("is recorded among the requests with the body that was sent", async () => {
    github.faults.add({ kind: "bad-gateway", operation: "issues/create", times: 1 });
    await expect(create()).rejects.toMatchObject({ status: 502 });
    const last = github.requests.at(-1);
    expect(last).toMatchObject({
      method: "POST",
      path: "/repos/acme/shop/issues",
      operation: "issues/create",
      status: 502,
    });
    expect(JSON.parse(last?.body ?? "")).toEqual({ title: "One" });
  });
});

describe("a fault of git", () => {
  test("lets a fetch or push fail and changes nothing", async () => {
    await tree.commit({ message: "one", files: [["a", "1"]] });
    github.faults.add({ kind: "answer", operation: "git/receive-pack", times: 1 });
    await expect(tree.push("main")).rejects.toThrow(/500/);
    expect(await repository.headOf("main")).toBeNull();
    await tree.push("main");
    github.faults.add({ kind: "bad-gateway", operation: "git/upload-pack", times: 1 });
    await expect(tree.git("fetch", "-q", "origin")).rejects.toThrow(/502/);
    // Without `times`: git tries once more on a new connection.
    const reset = github.faults.add({ kind: "reset", operation: "git/upload-pack", method: "POST" });
    await expect(tree.git("fetch", "-q", "origin")).rejects.toThrow(/reset by peer|RPC failed/);
    reset.remove();
    await tree.git("fetch", "-q", "origin");
  });
});

describe("a fault of webhooks", () => {
  const issueOpened = async (): Promise<void> => {
    repository.openIssue({ title: "One" });
    await github.idle();
  };

  test("never-sent leaves no trace", async () => {
    github.faults.add({ kind: "never-sent", operation: "webhook/issues", times: 1 });
    await issueOpened();
    expect(receiver.received).toEqual([]);
    expect(github.deliveries).toEqual([]);
    await issueOpened();
    expect(receiver.of("issues.opened")).toHaveLength(1);
  });

  test("twice sends the same GUID two times", async () => {
    github.faults.add({ kind: "twice", operation: "webhook/issues", times: 1 });
    await issueOpened();
    const guids = receiver.received.map(({ headers }) => headers["x-github-delivery"]);
    expect(guids).toHaveLength(2);
    expect(new Set(guids).size).toBe(1);
  });

  test("lost is listed as failed, and can be asked for again", async () => {
    github.faults.add({ kind: "lost", operation: "webhook/issues", times: 1 });
    await issueOpened();
    expect(receiver.received).toEqual([]);
    const app = appClient(github);
    const [failed] = (await app.rest.apps.listWebhookDeliveries({ status: "failure" })).data;
    expect(failed).toMatchObject({
      event: "issues",
      action: "opened",
      redelivery: false,
      repository_id: repository.id,
    });
    await app.rest.apps.redeliverWebhookDelivery({ delivery_id: failed?.id ?? 0 });
    await github.idle();
    expect(receiver.received.map(({ headers }) => headers["x-github-delivery"])).toEqual([failed?.guid]);
    const listed = (await app.rest.apps.listWebhookDeliveries({ per_page: 1 })).data;
    expect(listed).toMatchObject([{ guid: failed?.guid, redelivery: true, status: "OK", status_code: 202 }]);
    const whole = await app.rest.apps.getWebhookDelivery({ delivery_id: listed[0]?.id ?? 0 });
    expect(whole.data).toMatchObject({
      request: { payload: { issue: { title: "One" } } },
      response: { payload: "taken" },
    });
  });
});

test("a webhook that is answered with an error or by nobody is not sent again by itself", async () => {
  receiver.answerWith(500);
  repository.openIssue({ title: "One" });
  await github.idle();
  expect(github.deliveries).toMatchObject([{ status: "Invalid HTTP Response: 500", statusCode: 500 }]);
  github.setWebhook("http://127.0.0.1:9/");
  repository.openIssue({ title: "Two" });
  await github.idle();
  expect(github.deliveries[1]).toMatchObject({ status: "failed to connect to host", statusCode: 502 });
  github.setWebhook(receiver.url);
  receiver.answerWith(200);
  await github.redeliver(github.deliveries[1]?.id ?? 0);
  expect(receiver.received).toHaveLength(2);
});

test("a webhook that is not answered in time counts as failed", async () => {
  const hurried = await startLocalGithub({ webhookTimeoutMs: 100 });
  hurried.createOrganization("acme");
  hurried.setWebhook(receiver.url);
  receiver.answerWith(null);
  hurried.ping();
  await hurried.idle();
  expect(hurried.deliveries).toMatchObject([{ event: "ping", status: "timed out", statusCode: 504 }]);
  await hurried.stop();
});

test("stopping does not wait for webhooks that nobody answers", async () => {
  receiver.answerWith(null);
  github.ping();
  const started = performance.now();
  await github.stop();
  await github.idle();
  expect(performance.now() - started).toBeLessThan(5000);
});

test("deliveries are paged by cursor, newest first", async () => {
  for (const title of ["a", "b", "c"]) repository.openIssue({ title });
  await github.idle();
  const app = appClient(github);
  const all = await app.paginate(app.rest.apps.listWebhookDeliveries, { per_page: 2 });
  expect(all.map(({ id }) => id)).toEqual(github.deliveries.map(({ id }) => id).toReversed());
});
