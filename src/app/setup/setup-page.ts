import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import * as z from "zod";
import { aborted, addressOf, escapeHtml, exchange, form, page, same, type CreatedApp } from "./register-app.ts";

export type SetupPage = {
  /** As in `app.yml`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** `https://github.com`, or the address of an Enterprise Server. */
  readonly githubUrl: string;
  readonly apiUrl: string;
  /** Where it listens on this machine; 0: anywhere. */
  readonly port: number;
  /** Called with the address, and the code that has to be typed in there: for the terminal, and nowhere else. */
  readonly onReady: (url: string, code: string) => void;
};

/** Letters and digits that are not taken for one another. */
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const codeLength = 10;
/** Of some fifty bits nobody guesses one in so many tries. */
const mostTries = 10;
/** A form of three fields. */
const largestForm = 4096;

const newCode = (): string => Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join("");

type Run = {
  readonly setup: SetupPage;
  readonly here: string;
  readonly code: string;
  /** Set when the code was typed in, which works once; ties GitHub's answer to this run. */
  state: string | null;
  tries: number;
  readonly created: (code: string) => void;
};

/**
 * Serves a page on loopback that creates the GitHub App by the manifest flow, for whoever reads the code in the terminal. Resolves with
 * the app's credentials when it is there; nobody is served after that.
 */
export async function serveSetupPage(setup: SetupPage, signal?: AbortSignal): Promise<CreatedApp> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 });
  await listen(server, setup.port);
  try {
    const { promise: created, resolve } = Promise.withResolvers<string>();
    const run: Run = { setup, here: addressOf(server), code: newCode(), state: null, tries: 0, created: resolve };
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void answer(request, response, run));
    setup.onReady(run.here, run.code);
    return await exchange(await Promise.race([created, aborted(signal)]), setup.apiUrl);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** A port that somebody else has is no reason to stop. */
async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, run: Run): Promise<void> {
  // A page elsewhere whose name was made to lead here would send its own name.
  if (request.headers.host !== new URL(run.here).host)
    return page(response, 421, `<p>Open <code>${run.here}</code>.</p>`);
  const url = new URL(request.url ?? "/", run.here);
  if (url.pathname === "/" && request.method === "GET") return page(response, 200, asking(run.setup));
  if (url.pathname === "/" && request.method === "POST") return begin(await formOf(request), response, run);
  if (url.pathname === "/created" && request.method === "GET") return finish(url, response, run);
  return page(response, 404, "<p>There is nothing here.</p>");
}

const wanted = z.object({
  code: z.string().max(40),
  organization: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, "the organization's name, as in its address"),
  url: z.url({ protocol: /^https$/ }).refine((url) => /^https:\/\/[^/?#]+\/?$/.test(url), "https and no path"),
});

function begin(fields: Readonly<Record<string, string>>, response: ServerResponse, run: Run): void {
  if (run.state !== null) return page(response, 410, "<p>The code was used. Start Keyward again for another one.</p>");
  if (run.tries >= mostTries)
    return page(response, 429, "<p>Too many codes were wrong. Start Keyward again for another one.</p>");
  const typed = (fields["code"] ?? "").toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  if (!same(typed, run.code)) {
    run.tries += 1;
    return page(response, 403, `<p><strong>That is not the code in the terminal.</strong></p>${asking(run.setup)}`);
  }
  const parsed = wanted.safeParse(fields);
  if (!parsed.success) {
    const what = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    return page(response, 400, `<p><strong>${escapeHtml(what)}</strong></p>${asking(run.setup)}`);
  }
  const { organization, url } = parsed.data;
  const base = url.replace(/\/$/, "");
  run.state = randomBytes(16).toString("hex");
  const manifest = {
    ...run.setup.manifest,
    // GitHub takes no longer one; it can be changed on the next page.
    name: `Keyward for ${organization}`.slice(0, 34),
    url: base,
    hook_attributes: { url: `${base}/webhooks`, active: true },
  };
  page(response, 200, form({ manifest, organization, githubUrl: run.setup.githubUrl }, run.here, run.state));
}

function finish(url: URL, response: ServerResponse, run: Run): void {
  const code = url.searchParams.get("code");
  if (code === null || run.state === null || !same(url.searchParams.get("state") ?? "", run.state))
    return page(response, 400, "<p>This answer does not belong to this run. Start again from the first page.</p>");
  page(response, 200, "<p>GitHub has created the app, and Keyward starts. The terminal says what comes next.</p>");
  response.on("finish", () => run.created(code));
}

const asking = ({
  githubUrl,
}: SetupPage): string => `<p>This creates the GitHub App that Keyward runs as, at ${escapeHtml(githubUrl)}.
    You see what it asks for there before you agree.</p>
  <form action="/" method="post">
    <p><label>The code in the terminal <input name="code" autocomplete="off" autofocus required></label></p>
    <p><label>The organization that will own the app <input name="organization" required></label></p>
    <p><label>Where GitHub can reach Keyward <input name="url" type="url" placeholder="https://keyward.example.com" required></label></p>
    <button>Go on</button>
  </form>`;

async function formOf(request: IncomingMessage): Promise<Readonly<Record<string, string>>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestForm) return {};
    chunks.push(chunk);
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}
