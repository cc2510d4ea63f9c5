import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Route } from "../../src/adapters/providers/route.ts";
import { lookForLeaks } from "./leaks/leaks.ts";
import { testCertificate } from "./tls-certificate.ts";

/** A request as a provider gets it. */
export type Received = {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** How a stand-in behaves: answers, is slow, closes the connection. */
export type Behavior = (response: ServerResponse, request: Received) => void;

/** An HTTPS server on loopback that stands in for providers, and the only way that leads to it. */
export type ProviderStandIn = {
  /** Leads every host to the stand-in, whose certificate is trusted. */
  readonly route: Route;
  readonly port: number;
  readonly ca: string;
  /** What the next requests get. */
  readonly behave: (behavior: Behavior) => void;
  /** What came since the last call. */
  readonly received: () => readonly Received[];
  readonly close: () => Promise<void>;
};

/** Starts a stand-in whose certificate is for `hosts`. Only one that is asked about credentials may be shown any. */
export async function startProviderStandIn(
  hosts: readonly string[],
  askedAbout: "credentials" | "nothing secret" = "nothing secret",
): Promise<ProviderStandIn> {
  const { key, cert } = testCertificate(hosts);
  let behavior: Behavior = (response) => response.writeHead(500).end();
  let received: Received[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url: path = "", headers } = request;
    const one = { host: headers.host ?? "", method, path, headers, body: await text(request) };
    received.push(one);
    if (askedAbout !== "credentials") lookForLeaks(`a request to ${one.host}`, JSON.stringify(one));
    behavior(response, one);
  };
  const server = createServer({ key, cert }, (request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    ca: cert,
    route: () => Promise.resolve({ kind: "way", address: "127.0.0.1", family: 4, port, ca: cert }),
    behave: (next) => {
      behavior = next;
    },
    received: () => {
      const before = received;
      received = [];
      return before;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer in JSON, as an API gives it. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Behavior {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

/** An answer in plain text, or in HTML. */
export function content(status: number, body: string, type = "text/plain"): Behavior {
  return (response) => {
    response.writeHead(status, { "content-type": type }).end(body);
  };
}
