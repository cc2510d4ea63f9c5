import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serveGit, toGitRequest } from "../github/git/smart-http.ts";

/** What a request of the git protocol asked and how much it was given. */
export type GitHttpRequest = { readonly path: string; readonly status: number; readonly bytesSent: number };

/**
 * Real repositories behind real HTTP, with GitHub's way of signing in (user `x-access-token`, the token as password) and nothing
 * else of GitHub, so that faults can be put in anywhere.
 */
export type GitHttpServer = {
  /** Where the repository in folder `name` (`owner/name.git`) is served. */
  readonly url: (name: string) => string;
  /** Every answered request so far; tests may empty it. */
  readonly requests: GitHttpRequest[];
  /** When set, every request is answered with this status instead, and a text that repeats the credential. */
  failWith: number | null;
  /** When set, the server speaks protocol version 0, in which it gives only what refs lead to. */
  oldProtocol: boolean;
  /** When set, requests are held open and never answered. */
  hang: boolean;
  readonly close: () => Promise<void>;
};

/** Serves the bare repositories in `root` to whoever brings `token`. */
export async function startGitHttpServer(root: string, token: string): Promise<GitHttpServer> {
  const expected = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
  const requests: GitHttpRequest[] = [];
  const http = createServer((request, response) => {
    if (server.hang) return;
    const { socket } = request;
    const before = socket.bytesWritten;
    const git = toGitRequest(new URL(request.url ?? "", "http://localhost"));
    response.on("close", () =>
      requests.push({
        path: request.url ?? "",
        status: response.statusCode,
        bytesSent: socket.bytesWritten - before,
      }),
    );
    if (server.oldProtocol) delete request.headers["git-protocol"];
    const { authorization } = request.headers;
    const refusal = server.failWith ?? (authorization !== expected ? 401 : git === null ? 404 : null);
    if (git === null || refusal !== null) {
      response.writeHead(refusal ?? 404, refusalHeaders).end(`You sent ${authorization} to ${expected}.`);
      return;
    }
    const directory = join(root, git.owner, `${git.name}.git`);
    serveGit(request, response, { ...git, directory, user: "x-access-token" }).then(
      () => response.end(),
      (error: unknown) => response.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const server: GitHttpServer = {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    requests,
    failWith: null,
    oldProtocol: false,
    hang: false,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

/** Git shows a plain text to its user: it must not lead a credential into a log. */
const refusalHeaders = { "www-authenticate": "Basic", "content-type": "text/plain" };
