import type { IncomingMessage } from "node:http";
import * as z from "zod";
import { errorKind } from "../../core/errors/error-kind.ts";
import type { Delivery, DeliveryStore } from "../../flows/ports/deliveries.ts";
import type { Clock, Logger } from "../../flows/ports/system.ts";
import { readBody, type Body, type BodyBudget } from "../http/read-body.ts";
import { refusal, type Reply } from "../http/reply.ts";
import type { Route } from "../http/server.ts";
import type { WebhookSecret } from "../settings.ts";
import { isSigned, requireSecrets, signatureOf } from "./signature.ts";

export type IngressPorts = {
  readonly accept: DeliveryStore["accept"];
  /** The webhook secrets that count at present: several while one is being rotated, each until its end. */
  readonly secrets: readonly WebhookSecret[];
  readonly clock: Clock;
  readonly log: Logger;
};

const mebibyte = 1024 * 1024;

/** GitHub delivers no larger payload: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const largestBody = 25 * mebibyte;

/** Strangers can make us hold so many bytes of bodies at a time: eight of the largest deliveries. */
const defaultBodiesAtOnce = 8 * largestBody;

/**
 * Takes GitHub's webhooks: checks the signature over the raw bytes, stores the delivery with its job, then answers 202. What
 * fails for our own reasons is answered with 503, so that GitHub counts it as failed and it can be asked for again.
 * Throws when there is no secret to check signatures with.
 */
export function webhookRoute(ports: IngressPorts, bodiesAtOnce = defaultBodiesAtOnce): Route {
  requireSecrets(ports.secrets.map(({ secret }) => secret));
  const budget: BodyBudget = { left: bodiesAtOnce };
  return {
    paths: ["/webhooks", "/api/github/webhooks"],
    methods: { POST: (request) => receive(request, budget, ports) },
  };
}

async function receive(request: IncomingMessage, budget: BodyBudget, ports: IngressPorts): Promise<Reply> {
  const refuse = (status: number, problem: string, headers: Reply["headers"] = {}): Reply => {
    ports.log.warn("a webhook was refused", { status, problem });
    return refusal(status, problem, headers);
  };
  const signature = headerOf(request, "x-hub-signature-256");
  if (!signatureOf(signature)) return refuse(401, "The X-Hub-Signature-256 header is missing or malformed.");
  const body = await readBody(request, largestBody, budget);
  if (body.kind !== "read") return refuse(...unreadBody[body.kind]);
  if (!isSigned(body.bytes, signature, secretsNow(ports))) return refuse(401, "The signature does not match the body.");
  const parsed = toDelivery(request, body.bytes, ports.clock());
  if (parsed.kind === "problem") return refuse(parsed.status, parsed.problem);
  return store(parsed.delivery, ports);
}

const secretsNow = ({ secrets, clock }: IngressPorts): readonly string[] =>
  secrets.flatMap(({ secret, until }) => (until === null || clock() < until ? [secret] : []));

const unreadBody: Readonly<Record<Exclude<Body["kind"], "read">, readonly [number, string, Reply["headers"]]>> = {
  "too-large": [413, "The body is larger than 25 MiB, the most that GitHub delivers.", {}],
  busy: [503, "Too much is being received at the moment.", { "retry-after": "10" }],
  aborted: [400, "The body ended before it was complete.", {}],
};

async function store(delivery: Delivery, { accept, log }: IngressPorts): Promise<Reply> {
  const { guid, event, installationId, payload } = delivery;
  const fields = { delivery: guid, event, installation: installationId, bytes: payload.byteLength };
  try {
    const result = await accept(delivery);
    log.info("webhook received", { ...fields, result });
    return { status: 202, body: { result } };
  } catch (error) {
    log.error("a webhook could not be stored; it has to be delivered again", { ...fields, ...errorKind(error) });
    return refusal(503, "The delivery could not be stored; please deliver it again.", { "retry-after": "10" });
  }
}

type Parsed =
  | { readonly kind: "delivery"; readonly delivery: Delivery }
  | { readonly kind: "problem"; readonly status: number; readonly problem: string };

function toDelivery(request: IncomingMessage, payload: Buffer, receivedAt: string): Parsed {
  const problem = (status: number, text: string): Parsed => ({ kind: "problem", status, problem: text });
  if (!/^application\/json\s*(;|$)/i.test(headerOf(request, "content-type"))) {
    return problem(415, "The content type must be application/json; set it so in the webhook's settings.");
  }
  const guid = headerOf(request, "x-github-delivery").toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(guid)) {
    return problem(400, "The X-GitHub-Delivery header is missing or is not a GUID.");
  }
  const event = headerOf(request, "x-github-event");
  if (!/^[a-z][a-z_]{0,63}$/.test(event)) return problem(400, "The X-GitHub-Event header is missing or malformed.");
  const json = parseObject(payload);
  if (!json) return problem(400, "The body is not a JSON object in UTF-8.");
  const installationId = installation.safeParse(json).data?.installation.id ?? null;
  return { kind: "delivery", delivery: { guid, event, installationId, receivedAt, payload } };
}

const installation = z.object({ installation: z.object({ id: z.int().positive() }) });

function parseObject(bytes: Uint8Array): object | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
