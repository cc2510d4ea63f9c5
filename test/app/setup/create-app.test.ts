import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registerApp, type CreatedApp } from "../../../src/app/setup/register-app.ts";
import { filesInTheWay, writeSecretFiles } from "../../../src/app/setup/secret-files.ts";

const app: CreatedApp = {
  id: 4711,
  url: "https://github.example/apps/keyward",
  privateKey: "a private key\n",
  webhookSecret: "a webhook secret",
};

/** The part of GitHub that creates apps: it sends the browser back with a code, and takes each code once. */
class AppFactory {
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));
  readonly manifests: unknown[] = [];
  code: string | null = "c0de";
  url = "";

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, location, body } = await this.#answer(request);
    response.writeHead(status, location === undefined ? {} : { location });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; location?: string; body?: unknown }> {
    const url = new URL(request.url ?? "/", this.url);
    if (url.pathname === "/organizations/acme/settings/apps/new") {
      const manifest: unknown = JSON.parse(new URLSearchParams(await text(request)).get("manifest") ?? "null");
      this.manifests.push(manifest);
      const { redirect_url: back } = manifest as { redirect_url: string };
      return { status: 302, location: `${back}?code=c0de&state=${url.searchParams.get("state")}` };
    }
    if (request.method === "POST" && url.pathname === `/api/app-manifests/${this.code}/conversions`) {
      this.code = null;
      const { id, url: html_url, privateKey: pem, webhookSecret: webhook_secret } = app;
      return { status: 201, body: { id, html_url, pem, webhook_secret, client_secret: "not needed" } };
    }
    return { status: 404, body: { message: "Not Found" } };
  }
}

describe("creating the app at GitHub", () => {
  const github = new AppFactory();
  beforeEach(async () => {
    github.manifests.length = 0;
    github.code = "c0de";
    await github.start();
  });
  afterEach(() => github.stop());

  /** Starts a registration and gives the address of its page, as a person would open it. */
  async function begin(signal?: AbortSignal): Promise<{ page: string; created: Promise<CreatedApp> }> {
    const { promise: page, resolve: onReady } = Promise.withResolvers<string>();
    const created = registerApp(
      {
        manifest: { name: 'Keyward for "acme" <1>', default_permissions: { checks: "write" } },
        organization: "acme",
        githubUrl: github.url,
        apiUrl: `${github.url}/api`,
        onReady,
      },
      signal,
    );
    return { page: await page, created };
  }

  /** What a browser sends when the button on the page is pressed. */
  async function pressButton(page: string): Promise<Response> {
    const html = await (await fetch(page)).text();
    const unescape = (value = ""): string =>
      value.replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    const action = unescape(/action="([^"]*)"/.exec(html)?.[1]);
    const manifest = unescape(/name="manifest" value="([^"]*)"/.exec(html)?.[1]);
    return fetch(action, { method: "POST", body: new URLSearchParams({ manifest }) });
  }

  it("sends the manifest and gives the credentials of the app", async () => {
    const { page, created } = await begin();
    expect((await pressButton(page)).status).toBe(200);
    expect(await created).toEqual(app);
    expect(github.manifests).toMatchObject([
      { name: 'Keyward for "acme" <1>', default_permissions: { checks: "write" }, redirect_url: `${page}/created` },
    ]);
    await expect(fetch(page)).rejects.toThrow("fetch failed");
  });

  it("takes no code that comes from another run", async () => {
    const { page, created } = await begin();
    expect((await fetch(`${page}/created?code=c0de&state=${"0".repeat(32)}`)).status).toBe(400);
    expect((await fetch(`${page}/created?code=c0de`)).status).toBe(400);
    expect((await fetch(`${page}/other`)).status).toBe(404);
    await pressButton(page);
    expect(await created).toEqual(app);
  });

  it("says what to do when the code is not exchanged", async () => {
    const { page, created } = await begin();
    github.code = null;
    await Promise.all([expect(created).rejects.toThrow(/HTTP 404.*run this again/s), pressButton(page)]);
  });

  it("stops listening when it is given up", async () => {
    const abort = new AbortController();
    const { page, created } = await begin(abort.signal);
    setTimeout(() => abort.abort(), 10);
    await expect(created).rejects.toThrow("given up");
    await expect(fetch(page)).rejects.toThrow("fetch failed");
  });
});

describe("the files of a new app", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "keyward-create-app-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");

  it("are readable by nobody else, and fit together", () => {
    expect(writeSecretFiles(folder, app, "containers")).toHaveLength(6);
    expect(read(".env")).toMatch(/^APP_ID=4711$/m);
    expect(read("secrets/private-key.pem")).toBe("a private key\n");
    expect(read("secrets/webhook-secret")).toBe("a webhook secret\n");
    expect(Buffer.from(read("secrets/master-key"), "base64")).toHaveLength(32);
    expect(read("secrets/database-url")).toContain(`:${read("secrets/postgres-password").trim()}@`);
    expect(statSync(join(folder, ".env")).mode & 0o077).toBe(0);
    expect(statSync(join(folder, "secrets")).mode & 0o077).toBe(0);
  });

  it("are readable by containers whatever the umask, and by nobody else where the folder was there before", () => {
    mkdirSync(join(folder, "secrets"), { mode: 0o755 });
    const program = `
      import { writeSecretFiles } from ${JSON.stringify(new URL("../../../src/app/setup/secret-files.ts", import.meta.url).href)};
      process.umask(0o077);
      writeSecretFiles(process.argv[1], ${JSON.stringify(app)}, "containers");`;
    execFileSync(process.execPath, ["--input-type=module", "--eval", program, folder]);
    const modeOf = (path: string): number => statSync(join(folder, path)).mode & 0o777;
    expect(readdirSync(join(folder, "secrets")).map((name) => modeOf(`secrets/${name}`))).toEqual([
      0o644, 0o644, 0o644, 0o644, 0o644,
    ]);
    expect([modeOf("secrets"), modeOf(".env")]).toEqual([0o700, 0o600]);
  });

  it("keep the master key and the database of an app that is created anew", () => {
    writeSecretFiles(folder, app, "containers");
    const kept = ["secrets/master-key", "secrets/database-url", "secrets/postgres-password"];
    const before = kept.map(read);
    for (const path of filesInTheWay(folder)) rmSync(join(folder, path));
    const written = writeSecretFiles(folder, { ...app, id: 4712 }, "containers");
    expect(written.toSorted()).toEqual([".env", "secrets/private-key.pem", "secrets/webhook-secret"]);
    expect(kept.map(read)).toEqual(before);
  });

  it("are never overwritten", () => {
    expect(filesInTheWay(folder)).toEqual([]);
    writeFileSync(join(folder, ".env"), "APP_ID=1\n");
    expect(filesInTheWay(folder)).toEqual([".env"]);
    expect(() => writeSecretFiles(folder, app, "containers")).toThrow("EEXIST");
    expect(read(".env")).toBe("APP_ID=1\n");
  });
});
