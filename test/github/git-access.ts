import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { includes, isVisible, lookUp, roleOf } from "./access.ts";
import { afterPush } from "./actions/pushes.ts";
import { afterWikiPush, wikiDirectory } from "./actions/wiki.ts";
import { serveGit, type GitRequest } from "./git/smart-http.ts";
import type { Account, Repository, Token } from "./state.ts";
import { withoutCredential } from "./records.ts";
import { accountByLogin, type World } from "./world.ts";

/** Who a git request is from. */
type GitUser =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly account: Account }
  | { readonly kind: "token"; readonly token: Token }
  | { readonly kind: "wrong" };

type Access =
  | { readonly status: 200; readonly repository: Repository }
  | { readonly status: 301; readonly repository: Repository }
  | { readonly status: 401 | 403 | 404 };

/** Answers a git request if its user may make it. What a push changed is told to everyone concerned. */
export async function answerGit(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  what: GitRequest,
): Promise<void> {
  const started = performance.now();
  const at = new Date().toISOString();
  const user = userOf(world, request.headers.authorization ?? "");
  const access = accessTo(world, user, what);
  const operation = `git/${what.service.slice("git-".length)}`;
  const actor =
    user.kind === "user"
      ? user.account.login
      : user.kind === "token"
        ? `installation:${user.token.installation.id}`
        : "anonymous";
  const status = await answer(world, request, response, { ...what, operation, user, access, name: what.name });
  const { method = "GET", url = "" } = request;
  const durationMs = Math.round(performance.now() - started);
  const headers = withoutCredential(request.headers);
  world.requests.push({ at, method, path: url, operation, actor, status, headers, body: "", durationMs });
}

/** Works off pushes one after the other. */
function inTurn(world: World, work: () => Promise<void>): void {
  void world.busy.inTurn(work).catch((error: unknown) => {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.violations.push({ kind: "webhook", subject: "git/receive-pack", where: "", message });
  });
}

type GitCall = GitRequest & { readonly operation: string; readonly user: GitUser; readonly access: Access };

async function answer(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  call: GitCall,
): Promise<number> {
  const fault = world.faults.strike({
    operation: call.operation,
    method: request.method ?? "",
    path: request.url ?? "",
  });
  if (fault?.kind === "slow") await sleep(fault.delayMs ?? 1000, undefined, { ref: false });
  else if (fault?.kind === "timeout") return 0;
  else if (fault?.kind === "reset") {
    response.socket?.resetAndDestroy();
    return 0;
  } else if (fault !== null) return refuse(response, fault.kind === "answer" ? (fault.status ?? 500) : 502);
  const { access, user } = call;
  if (access.status === 301) {
    const { owner, name } = access.repository;
    response.setHeader(
      "location",
      `${world.url}/${owner.login}/${name}${isWiki(call) ? wikiSuffix : ""}.git${call.rest}${new URL(request.url ?? "/", world.url).search}`,
    );
  }
  if (access.status !== 200) return refuse(response, access.status);
  const { repository } = access;
  const directory = isWiki(call) ? wikiDirectory(repository) : repository.directory;
  const login = user.kind === "user" ? user.account.login : "x-access-token";
  const updates = await serveGit(request, response, { ...call, directory, user: login });
  const sender = user.kind === "user" ? user.account : world.app.bot;
  if (user.kind === "token") world.pushedByApp.push(...updates.map((update) => ({ directory, ...update })));
  // Counted before the client can know that its push has ended, done after: events do not slow a push down.
  if (updates.length > 0)
    inTurn(world, () => (isWiki(call) ? afterWikiPush : afterPush)(world, repository, updates, sender));
  response.end();
  return response.statusCode;
}

const messages: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  401: "No anonymous write access or wrong credentials.",
  403: "Permission to this repository denied.",
  404: "Repository not found.",
};

function refuse(response: ServerResponse, status: number): number {
  if (status === 401) response.setHeader("www-authenticate", 'Basic realm="GitHub"');
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(`${messages[status] ?? "Server Error"}\n`);
  return status;
}

function userOf(world: World, header: string): GitUser {
  const [, encoded = ""] = /^basic\s+(\S+)$/i.exec(header) ?? [];
  if (encoded === "") return header === "" ? { kind: "anonymous" } : { kind: "wrong" };
  const [name = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const password = rest.join(":");
  const token = name === "x-access-token" ? world.tokens.get(password) : undefined;
  if (token !== undefined && token.expiresAt > Date.now() && token.installation.suspendedAt === null)
    return { kind: "token", token };
  const account = accountByLogin(world, name);
  return account?.type === "User" && account.password === password ? { kind: "user", account } : { kind: "wrong" };
}

const wikiSuffix = ".wiki";

/** A wiki is a repository of its own beside the one it belongs to, with that one's rights. */
const isWiki = ({ name }: GitRequest): boolean => name.endsWith(wikiSuffix);

/** GitHub says "not found" of what one may not know to exist, and asks anonymous people who they are first. */
function accessTo(world: World, user: GitUser, what: GitRequest): Access {
  if (user.kind === "wrong") return { status: 401 };
  const found = lookUp(world, what.owner, isWiki(what) ? what.name.slice(0, -wikiSuffix.length) : what.name);
  const writes = what.service === "git-receive-pack";
  const hidden: Access = { status: user.kind === "anonymous" ? 401 : 404 };
  if (found === undefined) return hidden;
  const { repository, formerName } = found;
  const rights = rightsOf(world, user, repository);
  if (!rights.read || (isWiki(what) && !repository.hasWiki)) return hidden;
  if (formerName) return { status: 301, repository };
  if (writes && !rights.write) return { status: user.kind === "anonymous" ? 401 : 403 };
  return { status: 200, repository };
}

function rightsOf(world: World, user: GitUser, repository: Repository): { read: boolean; write: boolean } {
  const isPublic = repository.visibility === "public";
  if (user.kind === "token") {
    const contents = user.token.permissions["contents"];
    const read = isVisible(world, user.token, repository) && (isPublic || contents !== undefined);
    return { read, write: includes(world, user.token, repository) && contents === "write" && !repository.archived };
  }
  if (user.kind !== "user") return { read: isPublic, write: false };
  const role = roleOf(repository, user.account);
  const writes = role === "write" || role === "maintain" || role === "admin";
  return { read: role !== null, write: writes && !repository.archived };
}
