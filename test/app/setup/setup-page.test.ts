import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, request as open, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { keywardDataDir } from "../../support/databases.ts";
import type { CreatedApp } from "../../../src/app/setup/register-app.ts";
import { serveSetupPage } from "../../../src/app/setup/setup-page.ts";

const main = fileURLToPath(new URL("../../../src/app/cli/main.ts", import.meta.url));
const pem = ["-----BEGIN RSA PRIVATE", "KEY-----\nMIIB\n-----END RSA PRIVATE", "KEY-----\n"].join(" ");
const created = { id: 4711, html_url: "https://github.example/apps/keyward", pem, webhook_secret: "a webhook secret" };

/** The part of GitHub that creates apps. */
const manifests: Record<string, unknown>[] = [];
const github = createServer((request, response) => void serve(request, response));
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://github");
  if (url.pathname.startsWith("/organizations/")) {
    const body = new URLSearchParams(await text(request));
    const manifest = JSON.parse(body.get("manifest") ?? "{}") as Record<string, unknown>;
    manifests.push({ ...manifest, at: url.pathname });
    const location = `${String(manifest["redirect_url"])}?code=c0de&state=${url.searchParams.get("state")}`;
    response.writeHead(302, { location }).end();
    return;
  }
  const isExchange = url.pathname === "/api/v3/app-manifests/c0de/conversions";
  response.writeHead(isExchange ? 201 : 404).end(JSON.stringify(isExchange ? created : {}));
}
let githubUrl = "";
beforeAll(async () => {
  github.listen(0, "127.0.0.1");
  await once(github, "listening");
  githubUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
});
afterAll(() => {
  github.close();
  github.closeAllConnections();
});

type Page = { readonly url: string; readonly code: string; readonly app: Promise<CreatedApp> };

async function begin(): Promise<Page> {
  const { promise, resolve } = Promise.withResolvers<Omit<Page, "app">>();
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const onReady = (url: string, code: string): void => resolve({ url, code });
  const manifest = { default_permissions: { checks: "write" } };
  const setup = { manifest, githubUrl, apiUrl: `${githubUrl}/api/v3`, port: 0, onReady };
  const app = serveSetupPage(setup, abort.signal);
  app.catch(() => undefined);
  return { ...(await promise), app };
}

const asked = { organization: "acme", url: "https://keyward.example.com" };
const submit = (page: Pick<Page, "url">, fields: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(page.url, { method: "POST", body: new URLSearchParams(fields) });

/** What a browser sends on from the page that leads to GitHub. */
async function follow(response: Response): Promise<Response> {
  const html = await response.text();
  const plain = (value = ""): string => value.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  const action = plain(/action="([^"]*)"/.exec(html)?.[1]);
  const manifest = plain(/name="manifest" value="([^"]*)"/.exec(html)?.[1]);
  return fetch(action, { method: "POST", body: new URLSearchParams({ manifest }) });
}

describe("the set-up page", () => {
  it("creates the app for whoever has the code, and is gone then", async () => {
    const page = await begin();
    const spelt = ` ${page.code.slice(0, 5).toLowerCase()}-${page.code.slice(5)} `;
    const onward = await follow(await submit(page, { ...asked, code: spelt }));
    expect(onward.status).toBe(200);
    expect(await page.app).toMatchObject({ id: 4711, webhookSecret: "a webhook secret" });
    expect(manifests.at(-1)).toMatchObject({
      at: "/organizations/acme/settings/apps/new",
      name: "Keyward for acme",
      default_permissions: { checks: "write" },
      hook_attributes: { url: "https://keyward.example.com/webhooks" },
    });
    await expect(fetch(page.url)).rejects.toThrow("fetch failed");
  });

  it("gives nothing without the code, and no more tries than ten; a code works once", async () => {
    const page = await begin();
    expect(await (await fetch(page.url)).text()).not.toContain(page.code);
    for (let tries = 0; tries < 10; tries++) expect((await submit(page, { ...asked, code: "WRONG" })).status).toBe(403);
    expect((await submit(page, { ...asked, code: page.code })).status).toBe(429);
    const other = await begin();
    expect(other.code).not.toBe(page.code);
    expect((await submit(other, { ...asked, url: "http://plain.example.com", code: other.code })).status).toBe(400);
    expect((await submit(other, { ...asked, organization: "a/b", code: other.code })).status).toBe(400);
    expect((await submit(other, { ...asked, code: other.code })).status).toBe(200);
    expect((await submit(other, { ...asked, code: other.code })).status).toBe(410);
  });

  it("takes no answer from elsewhere, and none before the code", async () => {
    const page = await begin();
    expect((await fetch(`${page.url}/created?code=c0de&state=`)).status).toBe(400);
    await submit(page, { ...asked, code: page.code });
    expect((await fetch(`${page.url}/created?code=c0de&state=${"0".repeat(32)}`)).status).toBe(400);
  });

  it("answers under its own name only, lets nobody frame it, and is kept nowhere", async () => {
    const page = await begin();
    const status = await new Promise<number | undefined>((resolve) => {
      const headers = { host: "evil.example.com" };
      open(page.url, { headers }, (answer) => resolve(answer.resume().statusCode)).end();
    });
    expect(status).toBe(421);
    const { headers } = await fetch(page.url);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("a first start", () => {
  const start = (directory: string, env: Readonly<Record<string, string>> = {}) => {
    const environment = {
      PATH: process.env["PATH"] ?? "",
      PORT: "0",
      HOST: "127.0.0.1",
      GITHUB_API_URL: `${githubUrl}/api/v3`,
      ...env,
    };
    const child = spawn(process.execPath, [main, "serve"], { cwd: directory, env: environment });
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const shows = async (what: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const found = what.exec(output);
        if (found) return found;
        await Promise.race([once(child.stderr, "data"), once(child, "exit")]);
        if (child.exitCode !== null && !what.test(output))
          throw new Error(`It ended with ${child.exitCode}:\n${output}`);
      }
    };
    return { child, shows, output: () => output };
  };
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "keyward-first-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("says what is missing, and does no more where it runs in production or something is there already", async () => {
    const { child, output } = start(directory, { NODE_ENV: "production" });
    expect(await once(child, "exit")).toEqual([2, null]);
    expect(output()).toContain("APP_ID: missing");
    expect(output()).not.toContain("create the app now");
  });

  it("says what is missing, creates the app, keeps it for its owner alone, and goes on", async () => {
    // Making a database takes seconds.
    const dataDir = await keywardDataDir();
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const { child, shows, output } = start(directory, { KEYWARD_DATA_DIR: dataDir });
    const [, url = "", code = ""] = await shows(/open (\S+) in a browser.* the code (\w+)/);
    expect(output()).toContain("APP_ID: missing");
    await follow(await submit({ url }, { ...asked, code }));
    await shows(/wrote .*private-key\.pem/);
    expect(readFileSync(join(directory, ".env"), "utf8")).toMatch(/^APP_ID=4711$/m);
    for (const name of [".env", "secrets", "secrets/private-key.pem", "secrets/webhook-secret", "secrets/master-key"])
      expect(statSync(join(directory, name)).mode & 0o077, name).toBe(0);
    // The key is none that signs; that it starts with these settings is what counts.
    await shows(/listening on http/);
    child.kill("SIGTERM");
    await once(child, "exit");
    expect(output()).not.toContain("a webhook secret");
  });
});
