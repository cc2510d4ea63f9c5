import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { lookForLeaks } from "./leaks.ts";

let address: Promise<string> | undefined;

/** Where servers of this process's tests send their traces: all that comes is looked through. */
export function traceCollector(): Promise<string> {
  return (address ??= start());
}

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  lookForLeaks("a trace", JSON.stringify(request.headers));
  lookForLeaks("a trace", await buffer(request));
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
}

async function start(): Promise<string> {
  const server = createServer((request, response) => {
    void take(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
