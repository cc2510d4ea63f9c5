import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { unescaped } from "../percent-encoding.ts";
import { parseUpdates, updatesVariable, type RefUpdate } from "./bare-repository.ts";
import { gitEnvironment } from "./git.ts";

export type GitService = "git-upload-pack" | "git-receive-pack";

/** A request of git's smart HTTP protocol: `/owner/name.git/info/refs?service=…` or `/owner/name.git/git-upload-pack`. */
export type GitRequest = {
  readonly owner: string;
  readonly name: string;
  readonly service: GitService;
  /** `/info/refs`, `/git-upload-pack` or `/git-receive-pack`. */
  readonly rest: string;
};

const services: readonly string[] = ["git-upload-pack", "git-receive-pack"];

/** Recognises a git request by its URL; null for anything else. */
export function toGitRequest(url: URL): GitRequest | null {
  const match = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/.exec(url.pathname);
  if (match === null) return null;
  const [, owner = "", name = "", rest = ""] = match;
  const service = rest === "/info/refs" ? url.searchParams.get("service") : rest.slice(1);
  if (service === null || !services.includes(service)) return null;
  return { owner: unescaped(owner), name: unescaped(name), service: service as GitService, rest };
}

/** Answers a git request by `git http-backend` (CGI) and gives the refs that a push moved. */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  what: GitRequest & { readonly directory: string; readonly user: string },
): Promise<RefUpdate[]> {
  const updates = join(what.directory, `updates-${randomUUID()}`);
  try {
    await runBackend(request, response, cgiEnvironment(request, what, updates));
    return parseUpdates(await readFile(updates, "utf8").catch(() => ""));
  } finally {
    await rm(updates, { force: true });
  }
}

function cgiEnvironment(
  request: IncomingMessage,
  what: GitRequest & { readonly directory: string; readonly user: string },
  updates: string,
): NodeJS.ProcessEnv {
  const { headers } = request;
  return {
    ...gitEnvironment,
    GIT_PROJECT_ROOT: what.directory,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: what.rest,
    REMOTE_USER: what.user,
    REMOTE_ADDR: request.socket.remoteAddress ?? "",
    REQUEST_METHOD: request.method ?? "GET",
    QUERY_STRING: what.rest === "/info/refs" ? `service=${what.service}` : "",
    CONTENT_TYPE: headers["content-type"] ?? "",
    // No CONTENT_LENGTH: git reads until the end of its input. Told a length, it would spin for ever on a request that was cut off.
    HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
    GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
    [updatesVariable]: updates,
  };
}

function runBackend(request: IncomingMessage, response: ServerResponse, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["http-backend"], { env });
    let head: Buffer | null = Buffer.alloc(0);
    child.stdout.on("data", (chunk: Buffer) => {
      if (head === null) {
        if (!response.write(chunk)) child.stdout.pause();
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      sendHead(response, head.subarray(0, end).toString("latin1"));
      response.write(head.subarray(end + 4));
      head = null;
    });
    response.on("drain", () => child.stdout.resume());
    // The client may go away at any time; receive-pack must then end as it would behind a real server.
    response.on("close", () => child.stdout.resume());
    child.stdin.on("error", () => request.unpipe(child.stdin));
    request.pipe(child.stdin);
    request.on("close", () => {
      if (!request.complete) child.stdin.destroy();
    });
    child.stderr.resume();
    child.on("error", reject);
    child.on("close", () => resolve());
  });
}

function sendHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
