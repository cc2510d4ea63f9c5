import type { IncomingMessage } from "node:http";
import type { Addresses, Sender } from "./addresses.ts";
import type { RateLimit } from "./rate-limit.ts";
import { refusal, type Reply } from "./reply.ts";
import type { Route } from "./server.ts";

export type DoorPorts = {
  readonly senderOf: (request: IncomingMessage) => Sender;
  /** From where the route may be asked; null: from anywhere. Rejects while that is not known. */
  readonly allowed: (() => Promise<Addresses>) | null;
  readonly limit: RateLimit;
  readonly refused: (reason: "address" | "rate" | "unknown") => void;
};

/** What was refused costs so many requests: who guesses soon has none left. */
const costOfRefusal = 20;

/**
 * A route behind a door: who stands outside the allowed addresses, or has sent too much, is turned away before anything of the request
 * is read. While it is not known who is allowed, nobody is.
 */
export function behindDoor(route: Route, ports: DoorPorts): Route {
  const methods = Object.entries(route.methods).map(([method, handle]) => [
    method,
    async (request: IncomingMessage): Promise<Reply> => {
      const { address } = ports.senderOf(request);
      const turnedAway = await turnAway(address, ports);
      if (turnedAway !== null) return turnedAway;
      const reply = await handle(request);
      if (reply.status >= 400 && reply.status < 500) ports.limit.charge(address, costOfRefusal);
      return reply;
    },
  ]);
  return { ...route, methods: Object.fromEntries(methods) as Route["methods"] };
}

async function turnAway(address: string, { allowed, limit, refused }: DoorPorts): Promise<Reply | null> {
  const taken = limit.take(address);
  if (taken.kind === "limited") {
    refused("rate");
    return refusal(429, "Too many requests come from this address.", { "retry-after": String(taken.seconds) });
  }
  if (allowed === null) return null;
  try {
    if ((await allowed()).has(address)) return null;
  } catch {
    refused("unknown");
    return refusal(503, "It is not known yet from where webhooks may come.", { "retry-after": "30" });
  }
  refused("address");
  limit.charge(address, costOfRefusal);
  return refusal(403, "Webhooks are not taken from this address.");
}
