import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import fc from "fast-check";
import { createHttpServer } from "../../../src/app/http/server.ts";
import { handlers } from "../../../src/app/webhooks/handlers.ts";
import { webhookRoute } from "../../../src/app/webhooks/ingress.ts";
import type { Asked } from "../../../src/app/webhooks/handler.ts";
import type { Delivery } from "../../../src/flows/ports/deliveries.ts";
import { silentLog } from "../../support/log.ts";
import { expectThat, inTime, type FuzzSubject } from "../subject.ts";

type Example = { readonly name: string; readonly examples: readonly Record<string, unknown>[] };
type Change = { readonly at: number; readonly to: unknown };

const recorded = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Example[];
const payloads = recorded.flatMap(({ name, examples }) => examples.map((payload) => ({ event: name, payload })));
const pushes = payloads.filter(({ event, payload }) => event === "push" && payload["deleted"] === false);
const brings = new Set<unknown>(["opened", "synchronize", "reopened"]);
const pulls = payloads.filter(({ event, payload }) => event === "pull_request" && brings.has(payload["action"]));

/** All that is needed of a push, or of a pull request, to know what to read. Whatever becomes of the rest, it is read. */
const ofRepository = ["id", "name", "owner.login", "default_branch", "private"].map((name) => `repository.${name}`);
const neededOfPush = ["ref", "before", "after", "deleted", "installation.id", ...ofRepository];
const ofPull = ["number", "head.sha", "base.ref", "base.sha"].map((name) => `pull_request.${name}`);
const neededOfPull = ["action", "installation.id", ...ofPull, ...ofRepository];

/**
 * Payloads through the real ingress, over HTTP, and on to the handlers. What is not signed is refused, what is signed is stored byte for
 * byte; handlers say what is to be done or why nothing is, and a push or pull request that says what to read is read, whatever else it says.
 */
export const payloadSubject: FuzzSubject = {
  name: "payload",
  shortRuns: 300,
  inputsPerRun: 1,
  start: async () => {
    const secret = randomBytes(24).toString("hex");
    const accepted = new Map<string, Delivery>();
    const accept = async (delivery: Delivery): Promise<"accepted"> => {
      accepted.set(delivery.guid, delivery);
      return "accepted";
    };
    const clock = (): string => "2026-11-01T10:00:00.000Z";
    const route = webhookRoute({ accept, secrets: [{ secret, until: null }], clock, log: silentLog });
    const server = createHttpServer([route], silentLog);
    const { port } = await server.listen({ host: "127.0.0.1", port: 0 });

    const send = async (event: string, body: Buffer, key: string): Promise<{ status: number; guid: string }> => {
      const guid = randomUUID();
      const { status } = await fetch(`http://127.0.0.1:${port}/webhooks`, {
        method: "POST",
        body: new Uint8Array(body),
        headers: {
          "content-type": "application/json",
          "x-github-event": event,
          "x-github-delivery": guid,
          "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(body).digest("hex")}`,
        },
        signal: AbortSignal.timeout(10_000),
      });
      return { status, guid };
    };
    const property = fc.asyncProperty(anyPayload, async ({ event, body, mustBeRead, isForged }) => {
      const { status, guid } = await send(event, body, isForged ? `${secret}x` : secret);
      expectThat(status < 500, "no payload is too much for the ingress");
      if (isForged) expectThat(status === 401 || status === 400, "what somebody else signed is refused");
      const delivery = accepted.get(guid);
      expectThat((status === 202) === (delivery !== undefined), "what is acknowledged is stored, and nothing else");
      if (delivery === undefined) return;
      accepted.delete(guid);
      expectThat(Buffer.from(delivery.payload).equals(body), "it is stored as it came");
      const asked = inTime("a handler", () => askAll(event, JSON.parse(body.toString()) as unknown));
      if (mustBeRead) expectThat(asked.some(isScan), "what says what to read is read");
    });
    return { property, end: () => server.close(100) };
  },
};

function askAll(event: string, payload: unknown): readonly Asked[] {
  const asking = handlers.filter(({ events }) => events.some((name) => name.split(".")[0] === event));
  const asked = asking.map(({ ask }) => ask(payload));
  for (const one of asked)
    expectThat(one.kind === "jobs" || one.reason !== "", "a handler says why there is nothing to do");
  return asked;
}

const isScan = (asked: Asked): boolean =>
  asked.kind === "jobs" && asked.jobs.some(({ job }) => job.name === "scan-change");

const value = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 2 ** 60, 1e308, "", "\0", "refs/heads/", "--upload-pack=x", [], {}, [[]]),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 50 }),
);
const changes = fc.array(fc.record({ at: fc.nat(), to: value }), { maxLength: 6 });

const anyPayload = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...payloads), changes).map(([one, changes]) => changed(one, changes, [])),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...pushes), changes)
        .map(([one, changes]) => changed(one, changes, neededOfPush)),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...pulls), changes)
        .map(([one, changes]) => changed(one, changes, neededOfPull)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...payloads), fc.nat(), fc.nat(255))
        .map(([one, at, to]) => damaged(one, at, to)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...payloads), fc.jsonValue()).map(([{ event }, any]) => input(event, any)),
    },
  )
  .chain((one) => fc.integer({ min: 0, max: 15 }).map((n) => ({ ...one, isForged: n === 0 })));

type Input = { readonly event: string; readonly body: Buffer; readonly mustBeRead: boolean };

const input = (event: string, payload: unknown, mustBeRead = false): Input => ({
  event,
  body: Buffer.from(JSON.stringify(payload)),
  mustBeRead,
});

function changed(one: (typeof payloads)[number], changes: readonly Change[], kept: readonly string[]): Input {
  const payload = structuredClone({ ...one.payload, ...(kept.length > 0 && { installation: { id: 7 } }) });
  for (const { at, to } of changes) {
    const places = placesIn(payload, "").filter(({ path }) => !kept.some((name) => `${name}.`.startsWith(`${path}.`)));
    const place = places[at % places.length];
    // A later change may lie in what an earlier one put there, and the same value is given again and again.
    if (place !== undefined) place.holder[place.key] = structuredClone(to);
  }
  return input(one.event, payload, kept.length > 0);
}

type Place = { readonly path: string; readonly holder: Record<string, unknown>; readonly key: string };

function placesIn(holder: Record<string, unknown>, above: string): readonly Place[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const path = above === "" ? key : `${above}.${key}`;
    const below = typeof value === "object" && value !== null ? placesIn(value as Record<string, unknown>, path) : [];
    return [{ path, holder, key }, ...below];
  });
}

function damaged({ event, payload }: (typeof payloads)[number], at: number, to: number): Input {
  const body = Buffer.from(JSON.stringify(payload));
  body[at % body.length] = to;
  return { event, body: to % 3 === 0 ? body.subarray(0, at % body.length) : body, mustBeRead: false };
}
