import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorKind } from "../../core/errors/error-kind.ts";
import type { Logger } from "../../flows/ports/system.ts";
import { refusal, write, type Reply } from "./reply.ts";

/** Answers requests to one or more paths, by method. What it throws is answered with 500 and logged by its kind. */
export type Route = {
  readonly paths: readonly string[];
  readonly methods: Readonly<Record<string, (request: IncomingMessage) => Promise<Reply>>>;
};

export type HttpServer = {
  /** Starts listening; gives the port, as 0 asks for a free one. */
  readonly listen: (address: { readonly host: string; readonly port: number }) => Promise<{ readonly port: number }>;
  /** Takes no more connections, and resolves when the requests under way are answered, after `graceMs` at the latest. */
  readonly close: (graceMs?: number) => Promise<void>;
};

/** How long a sender may take, in milliseconds. GitHub gives up on a delivery after ten seconds itself. */
export type Patience = { readonly headers: number; readonly request: number };

const defaultPatience: Patience = { headers: 10_000, request: 30_000 };

/**
 * How long an idle connection is kept, in milliseconds: longer than load balancers keep theirs (60 s is usual), lest they send a
 * webhook on one that we are closing.
 */
const keepAliveTimeout = 65_000;

/** How long a sender may go on with a body that is refused already before the connection is cut, in milliseconds. */
const lingerMs = 1000;

/** An HTTP server with these routes. `isOverTls`: whether a proxy in front took the request over TLS. HEAD is answered like GET; other paths and methods with 404 and 405. */
export function createHttpServer(
  routes: readonly Route[],
  log: Logger,
  { headers: headersTimeout, request: requestTimeout }: Patience = defaultPatience,
  isOverTls: (request: IncomingMessage) => boolean = () => false,
): HttpServer {
  const connectionsCheckingInterval = Math.min(headersTimeout, 2000);
  const limits = { headersTimeout, requestTimeout, connectionsCheckingInterval, keepAliveTimeout };
  const byPath = new Map(routes.flatMap((route) => route.paths.map((path) => [path, route] as const)));
  const server = createServer(limits, (request, response) => {
    // https://www.rfc-editor.org/rfc/rfc6797#section-7.2: over plain HTTP it is not said.
    if (isOverTls(request)) response.setHeader("strict-transport-security", "max-age=31536000");
    void serve(byPath, request, response, log);
  });
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          resolve({ port: (server.address() as AddressInfo).port });
        });
      }),
    close: async (graceMs = 10_000) => {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(cut);
    },
  };
}

async function serve(
  byPath: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): Promise<void> {
  const reply = await answer(byPath, request, log);
  if (request.complete) {
    write(response, reply);
  } else {
    write(response, { ...reply, headers: { ...reply.headers, connection: "close" } });
    await restOf(request);
  }
  response.end();
}

/**
 * Lets a body that nobody wants run out, for a while: a sender whose connection is cut at once often does not see the reply.
 */
async function restOf(request: IncomingMessage): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, lingerMs);
  request.once("end", resolve).once("close", resolve).resume();
  await over;
  clearTimeout(timer);
}

async function answer(byPath: ReadonlyMap<string, Route>, request: IncomingMessage, log: Logger): Promise<Reply> {
  const [path = ""] = (request.url ?? "").split("?");
  const route = byPath.get(path);
  if (!route) return refusal(404, "There is nothing at this path.");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "");
  const handle = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
  if (!handle) {
    const allowed = Object.keys(route.methods).flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one]));
    return refusal(405, "This path does not take this method.", { allow: allowed.join(", ") });
  }
  try {
    return await handle(request);
  } catch (error) {
    log.error("a request could not be answered", { path: route.paths[0], ...errorKind(error) });
    return refusal(500, "Something went wrong here; the server's log says more.");
  }
}
