import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { jwtProblem } from "./app-identity.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { checkReply, checkRequest, type Problem } from "./openapi/contract.ts";
import { findOperation, type Operation } from "./openapi/description.ts";
import { checkLimits } from "./openapi/limits.ts";
import { Refusal, type Reply } from "./refusal.ts";
import { allRoutes } from "./routes/all-routes.ts";
import { countRequest, rateHeaders, rateOf } from "./routes/rate.ts";
import type { Actor, Call } from "./routes/route.ts";
import type { Violation } from "./records.ts";
import { type World, fullName } from "./world.ts";

/** A REST request as it came in. */
export type RestRequest = {
  readonly method: string;
  /** Below the API's base path, still escaped. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

/** What the request turned out to be, and its answer. */
export type RestResult = { readonly operation: Operation | null; readonly actor: Actor; readonly reply: Reply };

const anonymous: Actor = { kind: "anonymous" };

/** Answers a REST request. Everything that the real GitHub would not do or say is recorded as a violation. */
export async function answerRest(world: World, request: RestRequest): Promise<RestResult> {
  const path = byName(world, request.path);
  const matched = findOperation(request.method, path);
  if (matched === null) {
    const subject = `${request.method} ${request.path}`;
    world.violations.push({
      kind: "unknown-operation",
      subject,
      where: "",
      message: "no such operation here: see test/github/README.md",
    });
    return { operation: null, actor: anonymous, reply: new Refusal(404, "Not Found").toReply() };
  }
  const { operation, params } = matched;
  let actor = anonymous;
  let reply: Reply;
  try {
    if (request.headers["user-agent"] === undefined)
      throw new Refusal(
        403,
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
      );
    actor = authenticate(world, request.headers.authorization ?? "");
    const body = parseBody(request.body);
    const { method, query } = request;
    requireActor(operation, actor);
    checkCall(world, operation, params, query, body);
    reply = await handle(operation, { world, actor, params, query, body: isObject(body) ? body : {}, method, path });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    reply = error.toReply();
  }
  note(world, "reply", operation.id, checkReply(operation, reply.status, reply.body));
  return { operation, actor, reply };
}

/** `/repositories/{id}/…` is the same as `/repos/{owner}/{repo}/…`, though the description does not have it. */
function byName(world: World, path: string): string {
  const [, id = "", rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = world.repositories.get(Number(id));
  return id === "" || repository === undefined
    ? path.replace(/^\/repositories\/\d+/, "/repos/unknown/unknown")
    : `/repos/${fullName(repository)}${rest}`;
}

/** Who asks; null if the credential is not one, or does not count any more. */
export function actorOf(world: World, header: string): Actor | null {
  try {
    return authenticate(world, header);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function authenticate(world: World, header: string): Actor {
  if (header === "") return anonymous;
  const [, text = ""] = /^(?:bearer|token)\s+(\S+)$/i.exec(header) ?? [];
  if (text.split(".").length === 3) {
    const problem = jwtProblem(world.app, text);
    if (problem !== null) throw new Refusal(401, problem);
    return { kind: "app" };
  }
  const token = world.tokens.get(text);
  if (token === undefined || token.expiresAt <= Date.now()) throw new Refusal(401, "Bad credentials");
  if (token.installation.suspendedAt !== null) throw new Refusal(403, "This installation has been suspended");
  return { kind: "installation", token, text };
}

function requireActor(operation: Operation, actor: Actor): void {
  const needed = allRoutes[operation.id]?.as;
  if (needed === "app" && actor.kind !== "app") throw new Refusal(401, "A JSON web token could not be decoded");
  if (needed === "installation" && actor.kind !== "installation")
    throw new Refusal(401, actor.kind === "app" ? "Bad credentials" : "Requires authentication");
}

function parseBody(text: string): Json | undefined {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Refusal(400, "Problems parsing JSON");
  }
}

/** Records what does not fit the description, and refuses what GitHub would refuse. */
function checkCall(
  world: World,
  operation: Operation,
  params: Call["params"],
  query: URLSearchParams,
  body: Json | undefined,
): void {
  const problems = [...checkRequest(operation, params, query, body), ...checkLimits(operation.id, body)];
  note(world, "request", operation.id, problems);
  // What is merely unknown, GitHub ignores.
  const refused = problems.filter(({ code }) => code !== "undocumented");
  if (refused.length === 0) return;
  const errors = refused.map(({ where, message, code }): JsonObject => ({
    resource: operation.id.split("/")[0] ?? "",
    field: where,
    code,
    message,
  }));
  throw new Refusal(422, "Invalid request.", errors);
}

function note(world: World, kind: Violation["kind"], subject: string, problems: readonly Problem[]): void {
  for (const { where, message } of problems) world.violations.push({ kind, subject, where, message });
}

async function handle(operation: Operation, call: Call): Promise<Reply> {
  const route = allRoutes[operation.id];
  if (route === undefined)
    throw new Error(`Operation ${operation.id} is described but has no route: see test/github/README.md`);
  return route.handle(call);
}

/** Writes a reply with the headers GitHub sends, or a 304 when the client has it already. */
export function sendReply(
  world: World,
  request: RestRequest,
  response: ServerResponse,
  { operation, actor, reply }: RestResult,
): number {
  const body = reply.body === undefined ? "" : JSON.stringify(reply.body);
  const etag = etagOf(request.headers, body);
  const isRead = request.method === "GET" && reply.status === 200;
  const status = isRead && isSame(request.headers["if-none-match"], etag) ? 304 : reply.status;
  if (status !== 304 && operation?.id !== "rate-limit/get") countRequest(world, actor);
  response.writeHead(status, {
    "x-github-request-id": randomBytes(12).toString("hex").toUpperCase(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-api-version-selected": String(request.headers["x-github-api-version"] ?? "2022-11-28"),
    ...rateHeaders(rateOf(world, actor)),
    ...(body === "" ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...(isRead ? { etag, "cache-control": "private, max-age=60, s-maxage=60", vary: "Accept, Authorization" } : {}),
    ...reply.headers,
  });
  response.end(status === 304 ? "" : body);
  return status;
}

/** As GitHub makes it: of the headers that the answer varies by and the body. Another token, another ETag. */
function etagOf({ accept, authorization }: IncomingMessage["headers"], body: string): string {
  const hash = createHash("sha256");
  for (const value of [accept, authorization]) if (value !== undefined) hash.update(`${value}:`);
  return `W/"${hash.update(body).digest("hex")}"`;
}

/** The weak comparison of https://www.rfc-editor.org/rfc/rfc9110#name-comparison-2 */
const isSame = (asked: string | undefined, etag: string): boolean =>
  asked?.replace(/^W\//, "") === etag.replace(/^W\//, "");
