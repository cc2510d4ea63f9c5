import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject } from "../json.ts";

export type Received = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly payload: JsonObject;
};

/** A server that takes webhooks and answers each with the status that is set. */
export type WebhookReceiver = {
  readonly url: string;
  readonly received: readonly Received[];
  /** Of one event (and action): `push`, `pull_request.opened`. */
  of: (event: string) => readonly JsonObject[];
  /** null: never answer. */
  answerWith: (status: number | null) => void;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** Starts a receiver on a free port. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let status: number | null = 202;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      received.push({ headers: request.headers, body, payload: JSON.parse(body) as JsonObject });
      if (status !== null) response.writeHead(status).end("taken");
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const nameOf = ({ headers, payload }: Received): string[] => {
    const event = String(headers["x-github-event"]);
    return typeof payload["action"] === "string" ? [event, `${event}.${payload["action"]}`] : [event];
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    received,
    of: (event) => received.filter((one) => nameOf(one).includes(event)).map(({ payload }) => payload),
    answerWith: (next) => void (status = next),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
