import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { GithubApp } from "../../../src/adapters/github/app.ts";
import { createGithubApp } from "../../../src/adapters/github/app.ts";
import { createPacing, usualWritesPerMinute } from "../../../src/adapters/github/pacing.ts";
import { rememberingLog, silentLog } from "../../support/log.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
let app: GithubApp;

beforeAll(async () => {
  world = await startGithubWorld();
});
beforeEach(() => {
  app = world.anotherApp();
});
afterEach(() => world.github.faults.clear());
afterAll(() => world.stop());

const heads = { owner: "acme", repo: "heads" };
type Bucket = { readonly key: (id: string) => { readonly schedule: (task: () => Promise<void>) => Promise<void> } };

const read = (from: GithubApp = app) => from.clientFor(world.installation.id).rest.repos.get(heads);
const write = (from: GithubApp = app) =>
  from.clientFor(world.installation.id).rest.issues.create({ ...heads, title: "words that must not leak" });
const issuesSent = (): number => world.sent("issues/create");

describe("when GitHub fails", () => {
  test.each(["bad-gateway", "reset"] as const)("a read is tried again after a %s", async (kind) => {
    const fault = world.github.faults.add({ kind, operation: "repos/get", times: 2 });
    expect((await read()).status).toBe(200);
    expect(fault.hits()).toBe(2);
  });

  test("a read fails after the third time", async () => {
    const fault = world.github.faults.add({ kind: "bad-gateway", operation: "repos/get" });
    await expect(read()).rejects.toMatchObject({ name: "GithubFailed", status: 502 });
    expect(fault.hits()).toBe(3);
  });

  test.each([403, 404, 422])("a read that is answered with %i is not tried again", async (status) => {
    const fault = world.github.faults.add({ kind: "answer", status, operation: "repos/get" });
    await expect(read()).rejects.toMatchObject({ name: "GithubFailed", status });
    expect(fault.hits()).toBe(1);
    fault.remove();
  });

  test.each(["bad-gateway-after", "reset-after"] as const)("a write is not tried again after a %s", async (kind) => {
    world.github.faults.add({ kind, operation: "issues/create" });
    const before = issuesSent();
    await expect(write()).rejects.toMatchObject({ name: "GithubFailed", maybeDone: true });
    expect(issuesSent()).toBe(before + 1);
  });

  test("silence ends with a timeout", async () => {
    const impatient = world.anotherApp({ timeout: 300 });
    await read(impatient);
    world.github.faults.add({ kind: "timeout", operation: "issues/create", times: 1 });
    await expect(write(impatient)).rejects.toMatchObject({
      status: null,
      message: expect.stringContaining("TimeoutError"),
    });
  });
});

describe("when GitHub asks for patience", () => {
  test("a short one is granted, and the request sent again", async () => {
    world.github.faults.add({ kind: "secondary-limit", operation: "issues/create", retryAfterSeconds: 1, times: 1 });
    const start = performance.now();
    expect((await write()).status).toBe(201);
    expect(performance.now() - start).toBeGreaterThan(990);
  });

  test.each([
    ["secondary-limit", "secondary", 403],
    ["secondary-limit", "secondary", 429],
    ["rate-limit", "primary", 403],
  ] as const)("a %s beyond a minute is the caller's to wait for (%s, %d)", async (kind, limit, status) => {
    world.github.faults.add({ kind, operation: "issues/create", retryAfterSeconds: 120, status, times: 1 });
    const { log, lines } = rememberingLog();
    const limited = world.anotherApp({ log });
    const error: unknown = await write(limited).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "GithubLimited", kind: limit, failure: "later" });
    const { retryAfterSeconds } = error as { readonly retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(110);
    expect(retryAfterSeconds).toBeLessThan(125);
    expect(lines).toContainEqual(expect.objectContaining({ level: "warn", message: "GitHub's rate limit is reached" }));
    // Asking on would prolong it: nothing is sent for this installation until then.
    const served = world.github.requests.length;
    await expect(read(limited)).rejects.toMatchObject({ name: "GithubLimited", kind: limit });
    expect(world.github.requests).toHaveLength(served);
  });

  test("repeated short ones add up to the same minute", () => {
    const { onSecondaryRateLimit } = createPacing(silentLog).throttle("7");
    const request = {};
    const granted = [
      onSecondaryRateLimit(31, request),
      onSecondaryRateLimit(31, request),
      onSecondaryRateLimit(31, {}),
    ];
    expect(granted).toEqual([true, false, true]);
  });
});

describe("pacing", () => {
  test("a burst of writes goes at once, then they are spaced", async () => {
    const paced = world.anotherApp({ writesPerMinute: usualWritesPerMinute });
    const start = performance.now();
    const update = () =>
      paced.clientFor(world.installation.id).rest.checks.update({ ...heads, check_run_id: 1, status: "in_progress" });
    await read(paced);
    const settled = (count: number) => Promise.allSettled(Array.from({ length: count }, update));
    await settled(26);
    const burst = performance.now() - start;
    await settled(1);
    const after = performance.now() - start - burst;
    // Timers are never early, so the second bound is exact up to what the burst took; the first is 25 s with the plugin's own gaps.
    expect(burst).toBeLessThan(15_000);
    expect(burst + after).toBeGreaterThan(2000);
  });

  test("a verdict has a reserve of requests and writes that nothing else can use up", async () => {
    const pacing = createPacing(silentLog);
    const [work, verdict] = [pacing.throttle("7", "work"), pacing.throttle("7", "verdict")];
    const start = performance.now();
    /** Sends many at once, waits until so many have passed, and sees that no more did than a refill since the start explains. */
    const expectPassing = async (bucket: Bucket, atOnce: number, perSecond: number): Promise<void> => {
      let passed = 0;
      const send = async (): Promise<void> => void (passed += 1);
      for (let n = 0; n < 100; n += 1)
        void bucket
          .key("7")
          .schedule(send)
          .catch(() => {});
      await expect.poll(() => passed, { timeout: 20_000 }).toBeGreaterThanOrEqual(atOnce);
      const refilled = Math.ceil(((performance.now() - start) / 1000) * perSecond) + 1;
      expect(passed).toBeLessThanOrEqual(atOnce + refilled);
    };
    await expectPassing(work.write, 26, 1 / 2.25);
    await expectPassing(verdict.write, 14, 1 / 1.5);
    await expectPassing(work.global, 60, 5);
    await expectPassing(verdict.global, 30, 8);
  });

  test("who would have to wait for more than a minute is told so at once", async () => {
    const { notifications } = createPacing(silentLog).throttle("7");
    const outcomes: string[] = [];
    for (let count = 0; count < 40; count += 1) {
      const turn = notifications.key("7").schedule(async () => {});
      void turn.then(
        () => outcomes.push("sent"),
        () => outcomes.push("refused"),
      );
    }
    await expect.poll(() => outcomes.length).toBe(32);
    expect(outcomes.filter((outcome) => outcome === "sent")).toHaveLength(20);
  });

  test("installations do not wait for each other", async () => {
    const { untilAllowed, throttle } = createPacing(silentLog);
    throttle("7").onSecondaryRateLimit(120, {});
    await expect(untilAllowed("7")).rejects.toMatchObject({ name: "GithubLimited" });
    await untilAllowed("8");
  });
});

describe("an installation", () => {
  test("whose token was revoked gets a new one without the caller noticing", async () => {
    const { github, installation } = world;
    await read();
    github.expireTokens();
    // The client waits out GitHub's replication delay for young tokens before it believes a 401.
    expect((await read()).status).toBe(200);
    expect(installation.suspendedAt).toBeNull();
  });

  test("that is suspended is gone until it is not", async () => {
    await read();
    world.github.suspend(world.installation);
    await expect(read()).rejects.toMatchObject({ name: "InstallationGone", reason: "suspended" });
    await expect(read(world.anotherApp())).rejects.toMatchObject({ name: "InstallationGone", reason: "suspended" });
    world.github.unsuspend(world.installation);
    expect((await read()).status).toBe(200);
  });

  test("that is not there is gone", async () => {
    const attempt = app.clientFor(4711).rest.repos.get(heads);
    await expect(attempt).rejects.toMatchObject({ name: "InstallationGone", reason: "deleted", failure: "gone" });
  });

  test("is not gone when only our private key is refused: that is for the operator", async () => {
    const { id, webhookSecret } = world.github.app;
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const wrong = createGithubApp({
      appId: id,
      privateKey: pem,
      webhookSecret,
      baseUrl: world.github.apiUrl,
      log: silentLog,
    });
    await expect(read(wrong)).rejects.toMatchObject({
      name: "GithubFailed",
      message: expect.stringContaining("private key"),
    });
  });
});

describe("errors and logs", () => {
  test("carry neither tokens nor what we sent", async () => {
    const { log, lines } = rememberingLog();
    const talkative = world.anotherApp({ log });
    const token = await talkative.installationToken({ installationId: world.installation.id, repoId: world.heads.id });
    world.github.faults.add({ kind: "bad-gateway", operation: "issues/create", times: 1 });
    const error: unknown = await write(talkative).catch((reason: unknown) => reason);
    const everything = inspect([error, lines], { depth: 20, showHidden: true });
    expect(everything).not.toContain("words that must not leak");
    expect(everything).not.toContain(token.slice(0, 12));
    expect(everything).not.toMatch(/authorization|bearer|ghs_/i);
  });
});

describe("on the wire", () => {
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer((request, response) => answer(request, response));
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => void server.close());
  const appThere = (): GithubApp => {
    const { id: appId, privateKey, webhookSecret } = world.github.app;
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return createGithubApp({ appId, privateKey, webhookSecret, baseUrl, log: silentLog });
  };

  test("requests name the API version and who asks", async () => {
    const seen: IncomingMessage["headers"][] = [];
    answer = ({ headers }, response) => {
      seen.push(headers);
      response.setHeader("content-type", "application/json").end(JSON.stringify({ slug: "keyward" }));
    };
    expect(await appThere().slug()).toBe("keyward");
    expect(seen).toMatchObject([
      { "x-github-api-version": "2022-11-28", "user-agent": expect.stringMatching(/^keyward /) },
    ]);
  });

  test("an answer that breaks off in the middle is no answer", async () => {
    let count = 0;
    answer = (_, response) => {
      count += 1;
      response.setHeader("content-type", "application/json").setHeader("content-length", "100");
      if (count > 1) return void response.end(JSON.stringify({ slug: "keyward" }).padEnd(100));
      response.write('{"slug":');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await appThere().slug()).toBe("keyward");
    expect(count).toBe(2);
  });
});
