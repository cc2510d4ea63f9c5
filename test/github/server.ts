import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import { toGitRequest } from "./git/smart-http.ts";
import { answerGit } from "./git-access.ts";
import { answerGraphql } from "./graphql.ts";
import { isObject } from "./json.ts";
import { findOperation } from "./openapi/description.ts";
import { answerPage } from "./pages/pages.ts";
import { Refusal, type Reply } from "./refusal.ts";
import { actorOf, answerRest, sendReply, type RestRequest, type RestResult } from "./rest.ts";
import { withoutCredential } from "./records.ts";
import { rateOf } from "./routes/rate.ts";
import type { Actor } from "./routes/route.ts";
import type { World } from "./world.ts";

export const apiBase = "/api/v3";
/** Where GitHub Enterprise Server has it, beside the REST API. */
const graphqlPath = "/api/graphql";
const maxBodyBytes = 50 * 1024 * 1024;

/** The one HTTP server: REST below `/api/v3`, git below `/owner/name.git`, and pages for people elsewhere. */
export function createGithubServer(world: () => World): Server {
  return createServer((request, response) => {
    void answer(world(), request, response).catch((error: unknown) => {
      // A defect of the double must not look like a fault of the app's making.
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      world().violations.push({ kind: "reply", subject: `${request.method} ${request.url}`, where: "", message });
      if (!response.headersSent) response.writeHead(500);
      response.end("The local GitHub failed; the reason is in `violations`.\n");
    });
  });
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", world.url);
  const gitRequest = toGitRequest(url);
  if (url.pathname === graphqlPath) return answerQuery(world, request, response);
  if (url.pathname.startsWith(`${apiBase}/`)) return answerApi(world, request, response, url);
  if (gitRequest !== null) return answerGit(world, request, response, gitRequest);
  const { status, type, body } = await answerPage(world, url);
  response.writeHead(status, {
    "content-type": type,
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

async function answerApi(world: World, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const started = performance.now();
  const at = new Date().toISOString();
  const method = request.method ?? "GET";
  const path = url.pathname.slice(apiBase.length);
  const rest: RestRequest = {
    method,
    path,
    query: url.searchParams,
    headers: request.headers,
    body: await readBody(request),
  };
  const operation = findOperation(method, path)?.operation.id ?? "";
  const fault = world.faults.strike({ operation, method, path: `${path}${url.search}` });
  const { status, actor } = await answerWithFault(world, rest, response, fault);
  world.requests.push({
    at,
    method,
    path: `${path}${url.search}`,
    operation: operation === "" ? null : operation,
    actor: actor.kind === "installation" ? `installation:${actor.token.installation.id}` : actor.kind,
    status,
    headers: withoutCredential(request.headers),
    body: rest.body,
    durationMs: Math.round(performance.now() - started),
  });
}

async function answerQuery(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = new Date().toISOString();
  const started = performance.now();
  const text = await readBody(request);
  const body: unknown = JSON.parse(text);
  const actor = actorOf(world, request.headers.authorization ?? "");
  const reply =
    actor === null
      ? new Refusal(401, "Bad credentials").toReply()
      : await answerGraphql(world, actor, isObject(body) ? body : {});
  world.requests.push({
    at,
    method: "POST",
    path: "/graphql",
    operation: "graphql",
    actor:
      actor?.kind === "installation" ? `installation:${actor.token.installation.id}` : (actor?.kind ?? "anonymous"),
    status: reply.status,
    headers: withoutCredential(request.headers),
    body: text,
    durationMs: Math.round(performance.now() - started),
  });
  response.writeHead(reply.status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(reply.body));
}

type Sent = { readonly status: number; readonly actor: Actor };

async function answerWithFault(
  world: World,
  request: RestRequest,
  response: ServerResponse,
  fault: Fault | null,
): Promise<Sent> {
  const refused = fault === null ? null : refusalOf(world, fault);
  if (fault?.kind === "slow") await sleep(fault.delayMs ?? 1000, undefined, { ref: false });
  const happens = fault === null || fault.kind === "slow" || fault.kind.endsWith("-after");
  const result: RestResult = happens
    ? await answerRest(world, request)
    : { operation: null, actor: { kind: "anonymous" }, reply: refused ?? { status: 0 } };
  const { actor } = result;
  const kind = fault?.kind ?? "";
  if (kind.startsWith("reset")) response.socket?.resetAndDestroy();
  // After a "timeout" the connection stays open, silent, until the client gives up.
  if (kind.startsWith("reset") || kind.startsWith("timeout")) return { status: 0, actor };
  return {
    status: sendReply(world, request, response, refused === null ? result : { ...result, reply: refused }),
    actor,
  };
}

/** What is answered instead, if the fault answers at all. */
function refusalOf(world: World, { kind, retryAfterSeconds = 60, status }: Fault): Reply | null {
  if (kind === "rate-limit") {
    const { limit } = rateOf(world, { kind: "anonymous" });
    const reset = Math.ceil(Date.now() / 1000) + retryAfterSeconds;
    return new Refusal(403, "API rate limit exceeded for installation.", [], {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-used": String(limit),
      "x-ratelimit-reset": String(reset),
    }).toReply();
  }
  if (kind === "secondary-limit") {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    return new Refusal(status ?? 403, message, [], { "retry-after": String(retryAfterSeconds) }).toReply();
  }
  if (kind === "answer") return new Refusal(status ?? 500, "Server Error").toReply();
  return kind.startsWith("bad-gateway") ? { status: 502, body: { message: "Server Error" } } : null;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error(`A request body of more than ${maxBodyBytes} bytes: ${request.url}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
