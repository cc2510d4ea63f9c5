import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startLocalGithub, type LocalGithub } from "./local-github.ts";
import type { LocalRepository } from "./local-repository.ts";
import { checkReply, checkWebhook } from "./openapi/contract.ts";
import { operations } from "./openapi/description.ts";
import { installationClient } from "./testing/clients.ts";
import { startWorkTree, type WorkTree } from "./work-tree.ts";

let github: LocalGithub;
let repository: LocalRepository;
let tree: WorkTree;
let client: ReturnType<typeof installationClient>;
let head: string;
const at = { owner: "acme", repo: "shop" };

beforeEach(async () => {
  github = await startLocalGithub();
  const { id } = github.createOrganization("acme");
  repository = await github.createRepository({ owner: "acme", name: "shop" });
  tree = await startWorkTree(repository);
  head = await tree.commit({ message: "one", files: [["a.txt", "a\n"]] });
  await tree.push("main");
  client = installationClient(github, id);
});

afterEach(async () => {
  await github.idle();
  await Promise.all([github.stop(), tree[Symbol.asyncDispose]()]);
});

const post = (path: string, body: object) => client.request(`POST /repos/acme/shop${path}`, { ...body });

describe("a request that GitHub would refuse", () => {
  const output = (more: object) => ({ title: "t", summary: "s", ...more });
  const note = { path: "a.txt", start_line: 1, end_line: 1, annotation_level: "failure", message: "m" };
  const run = () => ({ name: "Keyward", head_sha: head });

  test.each<[string, () => object, string]>([
    ["a word GitHub does not know", () => ({ ...run(), status: "finished" }), "/status"],
    ["no name", () => ({ head_sha: head }), "/name"],
    ["completed without a conclusion", () => ({ ...run(), status: "completed" }), "/conclusion"],
    ["stale, which is GitHub's to say", () => ({ ...run(), conclusion: "stale" }), "/conclusion"],
    [
      "51 annotations",
      () => ({ ...run(), output: output({ annotations: Array.from({ length: 51 }, () => note) }) }),
      "/output/annotations",
    ],
    ["a text that is too long", () => ({ ...run(), output: output({ text: "x".repeat(65_536) }) }), "/output/text"],
    ["no summary", () => ({ ...run(), output: { title: "t" } }), "/output/summary"],
    [
      "four actions",
      () => ({ ...run(), actions: [1, 2, 3, 4].map((n) => ({ label: `${n}`, description: "d", identifier: `${n}` })) }),
      "/actions",
    ],
    [
      "a long label",
      () => ({ ...run(), actions: [{ label: "x".repeat(21), description: "d", identifier: "i" }] }),
      "/actions/0/label",
    ],
    [
      "a path from the root of the machine",
      () => ({ ...run(), output: output({ annotations: [{ ...note, path: "/a.txt" }] }) }),
      "/output/annotations/0/path",
    ],
    [
      "line 0",
      () => ({ ...run(), output: output({ annotations: [{ ...note, start_line: 0 }] }) }),
      "/output/annotations/0/start_line",
    ],
    [
      "columns over several lines",
      () => ({ ...run(), output: output({ annotations: [{ ...note, end_line: 2, start_column: 1 }] }) }),
      "/output/annotations/0/start_column",
    ],
    ["a time that is none", () => ({ ...run(), started_at: "yesterday" }), "/started_at"],
  ])("check run: %s", async (_, body, where) => {
    await expect(post("/check-runs", body())).rejects.toMatchObject({ status: 422 });
    expect(github.violations).toMatchObject([{ kind: "request", subject: "checks/create", where }]);
    expect(repository.checkRuns(head)).toEqual([]);
  });

  test("issue: a title of 257 characters, a body of more than 65,536", async () => {
    await expect(post("/issues", { title: "x".repeat(257), body: "y".repeat(65_537) })).rejects.toMatchObject({
      status: 422,
    });
    expect(github.violations.map(({ where }) => where)).toEqual(["/title", "/body"]);
  });

  test("a number that is none, in the path or the query", async () => {
    await expect(client.request("GET /repos/acme/shop/issues/first")).rejects.toMatchObject({ status: 422 });
    await expect(client.request("GET /repos/acme/shop/issues?per_page=many")).rejects.toMatchObject({ status: 422 });
    expect(github.violations.map(({ where }) => where)).toEqual(["?issue_number", "?per_page"]);
  });

  test("a body that is not JSON", async () => {
    const { token } = (await client.auth({ type: "installation" })) as { token: string };
    const headers = { authorization: `token ${token}`, "user-agent": "test" };
    const reply = await fetch(`${github.apiUrl}/repos/acme/shop/issues`, { method: "POST", headers, body: "{" });
    expect(reply.status).toBe(400);
  });
});

test("a misspelt field or parameter is ignored, as GitHub does, but noted", async () => {
  await post("/issues", { title: "t", lables: ["x"] });
  await client.request("GET /repos/acme/shop/issues?lables=x");
  expect(github.violations).toMatchObject([
    {
      subject: "issues/create",
      where: "/lables",
      message: expect.stringContaining("not in GitHub's description") as string,
    },
    { subject: "issues/list-for-repo", where: "?lables" },
  ]);
});

test("an operation that is not here is a 404 and noted", async () => {
  await expect(client.request("GET /repos/acme/shop/stargazers")).rejects.toMatchObject({ status: 404 });
  expect(github.violations).toMatchObject([{ kind: "unknown-operation", subject: "GET /repos/acme/shop/stargazers" }]);
});

describe("a reply of ours that GitHub would not give", () => {
  const replyOf = async (): Promise<Record<string, unknown>> => ({
    ...(await client.rest.checks.create({ ...at, name: "Keyward", head_sha: head })).data,
  });
  const operation = () => {
    const found = operations.get("checks/create");
    if (found === undefined) throw new Error("checks/create is not described");
    return found;
  };

  test("is right as it is", async () => {
    expect(checkReply(operation(), 201, (await replyOf()) as never)).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  test.each<[string, (reply: Record<string, unknown>) => object, string]>([
    ["lacks a field", (reply) => ({ ...reply, head_sha: undefined }), "/head_sha"],
    ["has a wrong word", (reply) => ({ ...reply, status: "done" }), "/status"],
    ["has a field too many", (reply) => ({ ...reply, annotations: [] }), "/annotations"],
    ["has a number as text", (reply) => ({ ...reply, id: "7" }), "/id"],
    [
      "has an unknown field inside",
      (reply) => ({ ...reply, output: { ...(reply["output"] as object), colour: "red" } }),
      "/output/colour",
    ],
  ])("is found when it %s", async (_, spoil, where) => {
    const problems = checkReply(operation(), 201, spoil(await replyOf()) as never);
    expect(problems).toMatchObject([{ where }]);
  });

  test("is found when it has another status, or a webhook has another shape", () => {
    expect(checkReply(operation(), 200, {})).toMatchObject([
      { message: expect.stringContaining("status 200") as string },
    ]);
    expect(checkWebhook("ping", null, { zen: 7 })).toMatchObject([{ where: "/zen" }]);
    expect(checkWebhook("star", "created", {})).toMatchObject([
      { message: expect.stringContaining("star-created") as string },
    ]);
  });
});
