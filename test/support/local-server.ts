import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { lookForLeaks } from "./leaks/leaks.ts";

/** A request as a local server saw it. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

/** An HTTP server on loopback for one test; gives its address and what it was asked. */
export async function localServer(
  answer: (seen: Seen) => {
    readonly status: number;
    readonly json?: unknown;
    /** In place of JSON. */
    readonly text?: string;
    readonly location?: string;
  },
): Promise<{ readonly url: string; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url: path = "", headers } = request;
    const one = { method, path, headers, body: Buffer.concat(chunks).toString() };
    seen.push(one);
    lookForLeaks("a request to a server of others", JSON.stringify(one));
    const { status, json = null, text, location } = answer(one);
    response.writeHead(status, { "content-type": "application/json", ...(location ? { location } : {}) });
    response.end(text ?? JSON.stringify(json));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
