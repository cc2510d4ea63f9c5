import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createGithubApp } from "../../../src/adapters/github/app.ts";
import { silentLog } from "../../support/log.ts";

// What a proxy or a gateway between us and GitHub answers: no GitHub, real or local, says such things, so here they are put in its mouth.
const host = "https://api.github.test";
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" },
});

const tokenRequest = (times = 1): void => {
  nock(host)
    .post("/app/installations/7/access_tokens")
    .times(times)
    .reply(201, { token: "made-up", expires_at: new Date(Date.now() + 3_600_000).toISOString(), permissions: {} });
};

const ask = (): Promise<unknown> =>
  createGithubApp({ appId: 1, privateKey, webhookSecret: "s".repeat(16), baseUrl: host, log: silentLog })
    .clientFor(7)
    .request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "shop" });

beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

describe("an answer that is not GitHub's", () => {
  it("such as a proxy's login page with 403 fails, and nothing of the page is in the error", async () => {
    tokenRequest();
    nock(host)
      .get("/repos/acme/shop")
      .reply(403, "<html>Please log in to the corporate proxy as jane@example.org</html>", {
        "content-type": "text/html",
      });
    const error: unknown = await ask().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error) + JSON.stringify(error)).not.toMatch(/proxy|jane|html/i);
  });

  it("such as a gateway's 502 page is asked again, and the answer that follows counts", async () => {
    tokenRequest();
    const page = nock(host)
      .get("/repos/acme/shop")
      .reply(502, "<html>Bad gateway</html>", { "content-type": "text/html" });
    nock(host).get("/repos/acme/shop").reply(200, { id: 42 });
    await expect(ask()).resolves.toMatchObject({ data: { id: 42 } });
    expect(page.isDone()).toBe(true);
  });

  it("such as a connection that breaks fails without the token in the error", async () => {
    tokenRequest();
    nock(host).get("/repos/acme/shop").times(3).replyWithError(new Error("socket hang up"));
    const error: unknown = await ask().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "GithubFailed", status: null });
    expect(String(error) + JSON.stringify(error)).not.toContain("made-up");
  });
});
