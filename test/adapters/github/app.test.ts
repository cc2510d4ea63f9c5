import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { GithubApp } from "../../../src/adapters/github/app.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
let app: GithubApp;

beforeAll(async () => {
  world = await startGithubWorld();
});
beforeEach(() => {
  app = world.anotherApp();
});
afterEach(() => {
  vi.useRealTimers();
  world.github.faults.clear();
});
afterAll(() => world.stop());

const heads = () => ({ installationId: world.installation.id, repoId: world.heads.id });
const tokensSent = (): number => world.sent("apps/create-installation-access-token");

describe("a token for git", () => {
  test("reads the contents of its one repository and nothing else", async () => {
    await app.installationToken(heads());
    const request = world.github.requests.findLast(
      ({ operation }) => operation === "apps/create-installation-access-token",
    );
    expect(JSON.parse(request?.body ?? "")).toEqual({
      repository_ids: [world.heads.id],
      permissions: { contents: "read" },
    });
  });

  test("is kept, and shared by those who ask at the same time", async () => {
    const before = tokensSent();
    const tokens = await Promise.all([1, 2, 3].map(() => app.installationToken(heads())));
    expect(new Set([...tokens, await app.installationToken(heads())]).size).toBe(1);
    expect(tokensSent()).toBe(before + 1);
  });

  test("is replaced five minutes before it expires", async () => {
    const first = await app.installationToken(heads());
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 54 * 60_000 });
    expect(await app.installationToken(heads())).toBe(first);
    vi.setSystemTime(Date.now() + 2 * 60_000);
    expect(await app.installationToken(heads())).not.toBe(first);
  });

  test("is replaced at once if the one at hand was refused", async () => {
    const first = await app.installationToken(heads());
    const second = await app.installationToken(heads(), { fresh: true });
    expect(second).not.toBe(first);
    expect(await app.installationToken(heads(), { fresh: false })).toBe(second);
  });

  test("is asked for again after a failure", async () => {
    world.github.faults.add({
      kind: "answer",
      status: 500,
      operation: "apps/create-installation-access-token",
      times: 3,
    });
    await expect(app.installationToken(heads())).rejects.toMatchObject({ name: "GithubFailed", status: 500 });
    expect(await app.installationToken(heads())).toMatch(/^ghs_/);
  });

  test("cannot be had for a repository the installation does not see", async () => {
    const attempt = app.installationToken({ ...heads(), repoId: 4711 });
    await expect(attempt).rejects.toMatchObject({ name: "RepositoryUnavailable", failure: "gone", what: "repository" });
  });
});

test("the app knows its slug, asking once", async () => {
  expect([await app.slug(), await app.slug()]).toEqual(["keyward", "keyward"]);
  expect(world.sent("apps/get-authenticated")).toBe(1);
});

describe("events", () => {
  const push = () => ({
    id: "guid-1",
    name: "push",
    payload: { installation: { id: world.installation.id }, ref: "refs/heads/x" },
  });

  test("reach the handlers registered on Probot", async () => {
    const seen: unknown[] = [];
    app.probot.on("push", async ({ id, payload }) => void seen.push([id, payload.ref]));
    await app.receive(push());
    expect(seen).toEqual([["guid-1", "refs/heads/x"]]);
  });

  test("without a handler are nobody's, known or not", async () => {
    await expect(app.receive({ ...push(), name: "gollum" })).resolves.toBeUndefined();
    await expect(app.receive({ ...push(), name: "unheard_of" })).resolves.toBeUndefined();
  });

  test("give their handlers a client of their installation", async () => {
    let fullName = "";
    app.probot.on("push", async ({ octokit }) => {
      fullName = (await octokit.rest.repos.get({ owner: "acme", repo: "heads" })).data.full_name;
    });
    await app.receive(push());
    expect(fullName).toBe("acme/heads");
    expect(world.github.requests.at(-1)?.actor).toBe(`installation:${world.installation.id}`);
  });

  test("whose handler fails throw what it threw, without the payload", async () => {
    app.probot.on("push", async () => {
      throw new RangeError("queue is full");
    });
    const error: unknown = await app.receive(push()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).not.toHaveProperty("event");
  });

  test("whose handlers fail throw all that they threw", async () => {
    for (const word of ["one", "two"]) {
      app.probot.on("push", async () => {
        throw new Error(word);
      });
    }
    const error: unknown = await app.receive(push()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ errors: [{ message: "one" }, { message: "two" }] });
    expect(error).not.toHaveProperty("event");
  });
});
