import { createSign, generateKeyPairSync } from "node:crypto";
import { request } from "node:http";
import { urlToHttpOptions } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { git } from "./git/git.ts";
import { startLocalGithub, type LocalGithub } from "./local-github.ts";
import type { LocalRepository } from "./local-repository.ts";
import { appClient, installationClient } from "./testing/clients.ts";
import { assertFaithful, endFaithfully } from "./testing/faithful.ts";
import { startWorkTree, type WorkTree } from "./work-tree.ts";

let github: LocalGithub;
let repository: LocalRepository;
let tree: WorkTree;
let head: string;
let installationId: number;
const at = { owner: "acme", repo: "shop" };

beforeEach(async () => {
  github = await startLocalGithub();
  installationId = github.createOrganization("acme").id;
  repository = await github.createRepository({ owner: "acme", name: "shop" });
  tree = await startWorkTree(repository);
  head = await tree.commit({ message: "one", files: [["a.txt", "a\n"]] });
  await tree.push("main");
});

afterEach(async () => {
  await endFaithfully(github, tree);
});

/** A web token made by hand, to be wrong in one way. */
function webToken(claims: object, key: string = github.app.privateKey): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
}

const askAsApp = (token: string): Promise<Response> =>
  fetch(`${github.apiUrl}/app`, { headers: { authorization: `Bearer ${token}`, "user-agent": "test" } });

describe("the app's web token", () => {
  const now = (): number => Math.floor(Date.now() / 1000);
  const good = () => ({ iat: now() - 30, exp: now() + 300, iss: github.app.id });

  test("is accepted with the app's id or its client id", async () => {
    expect((await askAsApp(webToken(good()))).status).toBe(200);
    expect((await askAsApp(webToken({ ...good(), iss: github.app.clientId }))).status).toBe(200);
  });

  test.each([
    [
      "another key",
      () =>
        webToken(
          good(),
          generateKeyPairSync("rsa", { modulusLength: 2048 })
            .privateKey.export({ type: "pkcs1", format: "pem" })
            .toString(),
        ),
      /could not be decoded/,
    ],
    ["another app", () => webToken({ ...good(), iss: 1 }), /Issuer/],
    ["an end in the past", () => webToken({ ...good(), exp: now() - 1 }), /Expiration time/],
    ["a life of an hour", () => webToken({ ...good(), exp: now() + 3600 }), /too far in the future/],
    ["a start in the future", () => webToken({ ...good(), iat: now() + 600 }), /Issued at/],
    ["garbage", () => "a.b.c", /could not be decoded/],
  ])("is refused with %s", async (_, token, message) => {
    const reply = await askAsApp(token());
    expect(reply.status).toBe(401);
    expect(await reply.json()).toMatchObject({ message: expect.stringMatching(message) as string });
  });
});

describe("installation tokens", () => {
  const tokenFor = async (options: object = {}): Promise<string> => {
    const reply = await appClient(github).rest.apps.createInstallationAccessToken({
      installation_id: installationId,
      ...options,
    });
    return reply.data.token;
  };
  const ask = (token: string, path: string): Promise<Response> =>
    fetch(`${github.apiUrl}${path}`, { headers: { authorization: `token ${token}`, "user-agent": "test" } });

  test("have GitHub's shape and see their own installation's repositories only", async () => {
    github.createOrganization("other");
    await github.createRepository({ owner: "other", name: "hidden" });
    await github.createRepository({ owner: "other", name: "open", visibility: "public" });
    const token = await tokenFor();
    expect(token).toMatch(/^ghs_[A-Za-z0-9]{36}$/);
    expect((await ask(token, "/repos/acme/shop")).status).toBe(200);
    expect((await ask(token, "/repos/other/hidden")).status).toBe(404);
    expect((await ask(token, "/repos/other/open")).status).toBe(200);
  });

  test("can be narrowed to repositories and permissions, not widened", async () => {
    const second = await github.createRepository({ owner: "acme", name: "second" });
    const narrow = await tokenFor({ repository_ids: [second.id], permissions: { contents: "read" } });
    expect((await ask(narrow, "/repos/acme/second")).status).toBe(200);
    expect((await ask(narrow, "/repos/acme/shop")).status).toBe(404);
    expect((await ask(narrow, "/repos/acme/second/issues")).status).toBe(403);
    repository.setVisibility("public");
    expect((await ask(narrow, "/repos/acme/shop")).status).toBe(200);
    const checks = await tokenFor({ repository_ids: [second.id], permissions: { checks: "write" } });
    const reply = await fetch(`${github.apiUrl}/repos/acme/shop/check-runs`, {
      method: "POST",
      headers: { authorization: `token ${checks}`, "user-agent": "test" },
      body: JSON.stringify({ name: "Keyward", head_sha: head }),
    });
    expect(reply.status).toBe(403);
    await expect(tokenFor({ permissions: { contents: "write" } })).rejects.toMatchObject({ status: 422 });
    await expect(tokenFor({ repository_ids: [1] })).rejects.toMatchObject({ status: 422 });
  });

  test("expire, can be revoked, and end with the installation", async () => {
    const token = await tokenFor();
    github.expireTokens();
    expect((await ask(token, "/repos/acme/shop")).status).toBe(401);
    const revoked = await tokenFor();
    const reply = await fetch(`${github.apiUrl}/installation/token`, {
      method: "DELETE",
      headers: { authorization: `token ${revoked}`, "user-agent": "test" },
    });
    expect(reply.status).toBe(204);
    expect((await ask(revoked, "/repos/acme/shop")).status).toBe(401);
  });

  test("are of no use while the installation is suspended", async () => {
    const installation = github.createOrganization("third");
    await github.createRepository({ owner: "third", name: "r" });
    const client = installationClient(github, installation.id);
    await client.rest.repos.get({ owner: "third", repo: "r" });
    github.suspend(installation);
    await expect(client.rest.repos.get({ owner: "third", repo: "r" })).rejects.toMatchObject({ status: 403 });
    github.unsuspend(installation);
    expect((await client.rest.repos.get({ owner: "third", repo: "r" })).status).toBe(200);
  });

  test("write only what the app was granted", async () => {
    const client = installationClient(github, installationId);
    const ref = { ...at, ref: "refs/heads/new", sha: head };
    await expect(client.rest.git.createRef(ref)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("not accessible") as string,
    });
  });
});

describe("git over HTTP", () => {
  const urlWith = (name: string, password: string): string => {
    const url = new URL(`${repository.url}.git`);
    return Object.assign(url, { username: name, password }).href;
  };
  const newToken = async (): Promise<string> =>
    (await appClient(github).rest.apps.createInstallationAccessToken({ installation_id: installationId })).data.token;

  test("takes installation tokens for reading, by protocol version 2, also of a commit that no ref has", async () => {
    await tree.git("commit", "-q", "--amend", "-m", "one again");
    await tree.push("+main");
    const url = urlWith("x-access-token", await newToken());
    await tree.git("fetch", "-q", "--filter=blob:none", url, head);
    await expect(tree.git("push", "-q", url, "HEAD:refs/heads/x")).rejects.toThrow(/403/);
    expect(github.requests.filter(({ operation }) => operation === "git/upload-pack").at(-1)).toMatchObject({
      status: 200,
    });
  });

  test("asks anonymous people who they are, and does not tell others what exists", async () => {
    await expect(tree.git("ls-remote", `${repository.url}.git`)).rejects.toThrow(
      /could not read Username|Authentication/,
    );
    await expect(tree.git("ls-remote", urlWith("developer", "wrong"))).rejects.toThrow(/Authentication failed/);
    github.createUser("nobody");
    await expect(tree.git("ls-remote", repository.cloneUrlFor("nobody"))).rejects.toThrow(/not found/);
    repository.setVisibility("public");
    await tree.git("ls-remote", `${repository.url}.git`);
    await expect(tree.git("push", "-q", repository.cloneUrlFor("nobody"), "HEAD:x")).rejects.toThrow(/403/);
  });

  test("of a renamed repository is redirected, of a deleted one not found", async () => {
    const old = repository.cloneUrl;
    repository.rename("store");
    expect(await tree.git("ls-remote", old, "refs/heads/main")).toContain(head);
    const client = installationClient(github, installationId);
    expect((await client.rest.repos.get(at)).data.name).toBe("store");
    expect((await client.rest.issues.create({ ...at, title: "x" })).data.html_url).toContain("/acme/store/");
    repository.delete();
    await expect(tree.git("ls-remote", repository.cloneUrl)).rejects.toThrow(/not found/);
    await expect(client.rest.repos.get(at)).rejects.toMatchObject({ status: 404 });
  });
});

test("a request that is under way when its repository is deleted is answered from what was there", async () => {
  const client = installationClient(github, installationId);
  const place = { owner: "acme", repo: "leaving" };
  const leaving = await github.createRepository({ owner: "acme", name: "leaving" });
  await using work = await startWorkTree(leaving);
  await work.commit({ message: "one", files: [["a.txt", "a\n"]] });
  const sha = await work.commit({ message: "two", files: [["a.txt", "b\n"]] });
  await work.push("main");
  // Packed objects and refs are read by git, in processes that take a while.
  await git(leaving.directory, ["repack", "-adq"]);
  await git(leaving.directory, ["pack-refs", "--all"]);
  const asks = (): Promise<{ readonly status: number }>[] => [
    client.rest.repos.getContent({ ...place, path: "a.txt" }),
    client.rest.repos.getCommit({ ...place, ref: sha }),
    client.rest.git.getTree({ ...place, tree_sha: "main", recursive: "1" }),
    client.rest.repos.compareCommitsWithBasehead({ ...place, basehead: `${sha}~1...${sha}` }),
    client.rest.repos.listBranches(place),
  ];
  await Promise.all(asks());
  const before = github.requests.length;
  const answers = Promise.allSettled(Array.from({ length: 4 }, asks).flat());
  await vi.waitUntil(() => github.requests.length > before, { interval: 1 });
  leaving.delete();
  const statuses = (await answers).map((one) =>
    one.status === "fulfilled" ? one.value.status : (one.reason as { status: number }).status,
  );
  expect(statuses.filter((status) => status !== 200 && status !== 404)).toEqual([]);
  await assertFaithful(github);
});

test("a push that is cut off in the middle changes nothing and holds nothing up", async () => {
  const url = new URL(repository.cloneUrl);
  const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString("base64")}`;
  const headers = { authorization, "content-type": "application/x-git-receive-pack-request", "content-length": "1000" };
  const cut = request({ ...urlToHttpOptions(url), path: `${url.pathname}/git-receive-pack`, method: "POST", headers });
  cut.on("error", () => {});
  const before = github.requests.length;
  cut.write("00a8");
  await vi.waitFor(() => expect(cut.socket?.bytesWritten).toBeGreaterThan(0));
  cut.destroy();
  await vi.waitUntil(() => github.requests.length > before, 15_000);
  expect(await repository.headOf("main")).toBe(head);
});

test("an archived repository and disabled issues refuse writes", async () => {
  const client = installationClient(github, installationId);
  repository.setIssuesEnabled(false);
  await expect(client.rest.issues.create({ ...at, title: "x" })).rejects.toMatchObject({ status: 410 });
  repository.setArchived(true);
  await expect(client.rest.checks.create({ ...at, name: "x", head_sha: head })).rejects.toMatchObject({ status: 403 });
  await expect(tree.git("push", "-q", "origin", "HEAD:x")).rejects.toThrow(/403/);
});

test("an unchanged answer is a 304 and costs nothing", async () => {
  const client = installationClient(github, installationId);
  const first = await client.rest.repos.get(at);
  await expect(
    client.request("GET /repos/{owner}/{repo}", { ...at, headers: { "if-none-match": first.headers.etag } }),
  ).rejects.toMatchObject({ status: 304 });
  const second = await client.rest.repos.get(at);
  expect(Number(second.headers["x-ratelimit-remaining"])).toBe(Number(first.headers["x-ratelimit-remaining"]) - 1);
});
