import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";

/** What GitHub hands out once, when an app is created from a manifest. */
export type CreatedApp = {
  readonly id: number;
  /** The app's page at GitHub. */
  readonly url: string;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
};

export type Registration = {
  /** The manifest as in `app.yml`, with the addresses of this installation filled in. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly organization: string;
  /** `https://github.com`, or the address of an Enterprise Server. */
  readonly githubUrl: string;
  readonly apiUrl: string;
  /** Called with the local address that a person has to open. */
  readonly onReady: (url: string) => void;
};

const conversion = z.object({ id: z.number(), html_url: z.url(), pem: z.string(), webhook_secret: z.string() });

/**
 * Creates the GitHub App by the manifest flow: a page on this machine sends the person to GitHub with the manifest, GitHub sends
 * them back with a code, and the code is exchanged for the app's credentials. Resolves when that has happened.
 *
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export async function registerApp(registration: Registration, signal?: AbortSignal): Promise<CreatedApp> {
  // The state ties the answer to this run: a page elsewhere cannot slip in an app of its own.
  const state = randomBytes(16).toString("hex");
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const created = awaitCode(server, registration, state).then((code) => exchange(code, registration.apiUrl));
    registration.onReady(addressOf(server));
    return await Promise.race([created, aborted(signal)]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function awaitCode(server: Server, registration: Registration, state: string): Promise<string> {
  return new Promise((resolve) => {
    server.on("request", (request, response) => {
      const url = new URL(request.url ?? "/", addressOf(server));
      const code = url.searchParams.get("code");
      if (request.method === "GET" && url.pathname === "/") {
        page(response, 200, form(registration, addressOf(server), state));
      } else if (request.method === "GET" && url.pathname === "/created" && code !== null) {
        if (!same(url.searchParams.get("state") ?? "", state)) {
          page(response, 400, "<p>This answer does not belong to this run. Start again from the first page.</p>");
          return;
        }
        page(response, 200, "<p>GitHub has created the app. The terminal says what comes next.</p>");
        response.on("finish", () => resolve(code));
      } else {
        page(response, 404, "<p>There is nothing here.</p>");
      }
    });
  });
}

/** Exchanges the code that GitHub sent back for the app's credentials; it works once. */
export async function exchange(code: string, apiUrl: string): Promise<CreatedApp> {
  const response = await fetch(`${apiUrl}/app-manifests/${encodeURIComponent(code)}/conversions`, {
    method: "POST",
    headers: { accept: "application/vnd.github+json", "user-agent": "keyward-create-app" },
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    throw new Error(
      `GitHub did not exchange the code for the app's credentials (HTTP ${response.status}). A code works once and for an hour. ` +
        "Delete the app at GitHub if it is there, and run this again.",
    );
  }
  const app = conversion.parse(await response.json());
  return { id: app.id, url: app.html_url, privateKey: app.pem, webhookSecret: app.webhook_secret };
}

/** The form that sends the manifest to GitHub. */
export function form(
  { manifest, organization, githubUrl }: Pick<Registration, "manifest" | "organization" | "githubUrl">,
  here: string,
  state: string,
): string {
  const action = `${githubUrl}/organizations/${encodeURIComponent(organization)}/settings/apps/new?state=${state}`;
  const value = JSON.stringify({ ...manifest, redirect_url: `${here}/created` });
  return `<p>This sends the permissions and events of <code>app.yml</code> to GitHub, where you can read them before you agree.</p>
    <form action="${escapeHtml(action)}" method="post">
      <input type="hidden" name="manifest" value="${escapeHtml(value)}">
      <button>Create the app for ${escapeHtml(organization)}</button>
    </form>`;
}

/** A small page that nobody keeps, frames or runs anything in. */
export function page(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  response.end(`<!doctype html><html lang="en"><title>Keyward</title><h1>Keyward</h1>${body}</html>`);
}

export function addressOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Compares without telling by its time how much is right. */
export function same(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** Rejects when it is given up. */
export function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new Error("given up before the app was created")), { once: true });
  });
}

export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
