import { Agent, buildConnector, request } from "undici";
import type { ProviderRequest } from "../../core/provider/fill-request.ts";
import type { ProviderReply } from "../../core/provider/judge-answer.ts";
import type { OutwardClient } from "../../flows/ports/outward-client.ts";
import type { Route, Way } from "./route.ts";

/** How long and how large an answer may be. */
export type ClientLimits = { readonly milliseconds: number; readonly bytes: number };

const usualLimits: ClientLimits = { milliseconds: 15_000, bytes: 256 * 1024 };

/**
 * A client for requests that hold a leaked secret: TLS is verified, the address is the one the route gave, no redirect is
 * followed, no connection outlives its request, and what it says about failures holds nothing of the request.
 */
export function createProviderClient(route: Route, limits: ClientLimits = usualLimits): OutwardClient {
  return async (asked, signal) => {
    const { hostname: host } = new URL(asked.url);
    signal.throwIfAborted();
    const way = await route(host);
    if (way.kind === "refused") return { kind: "none", host, reason: way.reason };
    const agent = agentFor(way, limits);
    try {
      return { kind: "reply", host, reply: await send(asked, agent, limits, signal) };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: "none", host, reason: describeFailure(error) };
    } finally {
      await agent.destroy();
    }
  };
}

function agentFor({ address, family, port, ca }: Extract<Way, { kind: "way" }>, limits: ClientLimits): Agent {
  const connect = buildConnector({
    timeout: limits.milliseconds,
    ...(ca === undefined ? {} : { ca }),
    lookup: (_host, options, done) => {
      if (options.all === true) done(null, [{ address, family }]);
      else done(null, address, family);
    },
  });
  return new Agent({
    connect: (options, done) => {
      connect(port === undefined ? options : { ...options, port: String(port) }, done);
    },
    headersTimeout: limits.milliseconds,
    bodyTimeout: limits.milliseconds,
    maxResponseSize: limits.bytes,
    pipelining: 0,
  });
}

async function send(
  { method, url, headers, basic, body }: ProviderRequest,
  dispatcher: Agent,
  limits: ClientLimits,
  signal: AbortSignal,
): Promise<ProviderReply> {
  const login = basic === null ? {} : { authorization: `Basic ${Buffer.from(basic.join(":")).toString("base64")}` };
  const response = await request(url, {
    method: method as "GET",
    headers: {
      "user-agent": "Keyward",
      accept: "application/json",
      "accept-encoding": "identity",
      ...headers,
      ...login,
    },
    body,
    dispatcher,
    signal: AbortSignal.any([signal, AbortSignal.timeout(limits.milliseconds)]),
  });
  const bytes = await response.body.bytes();
  const encoded = "content-encoding" in response.headers && response.headers["content-encoding"] !== "identity";
  return {
    status: response.statusCode,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(", ")]),
    ),
    body: encoded ? null : textOf(bytes),
  };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: nothing that a provider says about a credential.
    return null;
  }
}

const failures: readonly (readonly [RegExp, string])[] = [
  [/TIMEOUT|TimeoutError|TIMEDOUT/, "it did not answer in time"],
  [/MAX_SIZE|RES_EXCEEDED/, "its answer was too long"],
  [/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/, "its certificate could not be verified"],
  [/REFUSED|UNREACH|NETDOWN/, "it could not be reached"],
  [
    /UND_ERR_SOCKET|LENGTH_MISMATCH|RESET|EPIPE|HPE_|ABORTED/,
    "the connection was closed before the answer was whole, or the answer was not HTTP",
  ],
];

/** By the code alone: messages of failures may quote the request. */
function describeFailure(error: unknown): string {
  const codes = [error, error instanceof Error ? error.cause : null].flatMap((one) =>
    one instanceof Error ? [one.name, "code" in one ? String(one.code) : ""] : [],
  );
  return failures.find(([pattern]) => codes.some((code) => pattern.test(code)))?.[1] ?? "it could not be asked";
}
