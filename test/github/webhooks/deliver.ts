import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "../records.ts";
import { timestamp } from "../clock.ts";
import type { World } from "../world.ts";

/** A webhook that is about to be sent. */
export type Outgoing = Pick<
  Delivery,
  "guid" | "event" | "action" | "payload" | "installationId" | "repositoryId" | "redelivery"
>;

/** Signs, records and sends one delivery. Never throws and never tries again: neither does GitHub. */
export function deliver(
  world: World,
  outgoing: Outgoing,
  options: { readonly lost: boolean; readonly delayMs: number } = { lost: false, delayMs: 0 },
): Promise<Delivery> {
  return world.busy.during(async () => {
    const body = Buffer.from(JSON.stringify(outgoing.payload));
    const delivery: Delivery = {
      ...outgoing,
      id: world.nextId(),
      deliveredAt: timestamp(),
      requestHeaders: headersOf(world, outgoing, body),
      status: "pending",
      statusCode: 0,
      durationMs: 0,
      responseHeaders: {},
      responseBody: "",
    };
    world.deliveries.push(delivery);
    if (options.delayMs > 0) await sleep(options.delayMs, undefined, { ref: false });
    const started = performance.now();
    const url = world.hookUrl;
    if (options.lost || url === null) Object.assign(delivery, { status: "failed to connect to host", statusCode: 502 });
    else await post(url, delivery, body, AbortSignal.any([AbortSignal.timeout(world.hookTimeoutMs), world.stopped]));
    delivery.durationMs = Math.round(performance.now() - started);
    return delivery;
  });
}

function headersOf(world: World, { event, guid }: Outgoing, body: Buffer): Record<string, string> {
  return {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/local",
    "x-github-delivery": guid,
    "x-github-event": event,
    "x-github-hook-id": String(world.app.id),
    "x-github-hook-installation-target-id": String(world.app.id),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature": `sha1=${createHmac("sha1", world.hookSecret).update(body).digest("hex")}`,
    "x-hub-signature-256": `sha256=${createHmac("sha256", world.hookSecret).update(body).digest("hex")}`,
  };
}

async function post(url: string, delivery: Delivery, body: Buffer, signal: AbortSignal): Promise<void> {
  const { requestHeaders: headers } = delivery;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
      signal,
      redirect: "manual",
    });
    delivery.responseBody = (await response.text()).slice(0, 10_000);
    delivery.responseHeaders = Object.fromEntries(response.headers);
    delivery.statusCode = response.status;
    delivery.status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`;
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    delivery.statusCode = timedOut ? 504 : 502;
    delivery.status = timedOut ? "timed out" : "failed to connect to host";
  }
}
