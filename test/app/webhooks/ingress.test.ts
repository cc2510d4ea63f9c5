import { createHmac, randomUUID } from "node:crypto";
import { request as open, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { healthRoutes } from "../../../src/app/http/health.ts";
import { createHttpServer, type HttpServer, type Patience } from "../../../src/app/http/server.ts";
import type { WebhookSecret } from "../../../src/app/settings.ts";
import { webhookRoute, type IngressPorts } from "../../../src/app/webhooks/ingress.ts";
import type { Delivery } from "../../../src/flows/ports/deliveries.ts";
import { rememberingLog } from "../../support/log.ts";

const secret = "the current secret";
const mebibyte = 1024 * 1024;
let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close(100);
  server = undefined;
});

type Started = { readonly port: number; readonly accepted: Delivery[]; readonly lines: readonly { message: string }[] };

/** A real server whose store is a list. */
async function start(
  options: {
    accept?: IngressPorts["accept"];
    secrets?: (string | WebhookSecret)[];
    ready?: boolean;
    patience?: Patience;
    bodiesAtOnce?: number;
  } = {},
): Promise<Started> {
  const accepted: Delivery[] = [];
  const { log, lines } = rememberingLog();
  const accept: IngressPorts["accept"] = async (delivery) => {
    if (accepted.some(({ guid }) => guid === delivery.guid)) return "duplicate";
    accepted.push(delivery);
    return "accepted";
  };
  const { secrets = [secret], ready = true, patience } = options;
  const clock = (): string => "2026-11-01T10:00:00.000Z";
  const lasting = secrets.map((one) => (typeof one === "string" ? { secret: one, until: null } : one));
  const webhooks = webhookRoute(
    { accept: options.accept ?? accept, secrets: lasting, clock, log },
    options.bodiesAtOnce,
  );
  server = createHttpServer([webhooks, ...healthRoutes(async () => ready)], log, patience);
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  return { port, accepted, lines };
}

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

function call(
  port: number,
  options: { path?: string; method?: string; headers?: Record<string, string>; body?: Uint8Array | string },
): Promise<Answer> {
  const { path = "/webhooks", method = "POST", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const request = open({ port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
        request.destroy();
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

const sign = (body: Uint8Array | string, key = secret): string =>
  `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;

const signed = (body: Uint8Array | string, headers: Record<string, string | undefined> = {}, key = secret) => ({
  body,
  headers: Object.fromEntries(
    Object.entries({
      "content-type": "application/json",
      "x-github-delivery": randomUUID(),
      "x-github-event": "push",
      "x-hub-signature-256": sign(body, key),
      ...headers,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ),
});

const push = JSON.stringify({ ref: "refs/heads/main", installation: { id: 7 }, text: "grün\u0000" });

describe("a delivery that is right", () => {
  test("is stored as it came, byte for byte, and answered with 202", async () => {
    const { port, accepted } = await start();
    const guid = randomUUID();
    const answer = await call(port, signed(push, { "x-github-delivery": guid }));
    expect(answer).toMatchObject({ status: 202, text: '{"result":"accepted"}' });
    expect(accepted).toEqual([
      {
        guid,
        event: "push",
        installationId: 7,
        receivedAt: "2026-11-01T10:00:00.000Z",
        payload: Buffer.from(push),
      },
    ]);
  });

  test("may come to the path that Probot uses", async () => {
    const { port } = await start();
    expect(await call(port, { ...signed(push), path: "/api/github/webhooks?x=1" })).toMatchObject({ status: 202 });
  });

  test("may belong to no installation", async () => {
    const { port, accepted } = await start();
    const bodies = [{}, { installation: null }, { installation: { id: "7" } }, { installation: { id: -1 } }];
    for (const body of bodies) await call(port, signed(JSON.stringify(body), { "x-github-event": "ping" }));
    expect(accepted.map(({ installationId }) => installationId)).toEqual([null, null, null, null]);
  });

  test("may be 25 MiB long, sent with or without its length", async () => {
    const { port, accepted } = await start();
    const body = Buffer.from(JSON.stringify({ filler: "x".repeat(25 * mebibyte - 13) }));
    expect(body).toHaveLength(25 * mebibyte);
    const delivery = signed(body);
    expect(await call(port, delivery)).toMatchObject({ status: 202 });
    const chunked = { ...signed(body).headers, "transfer-encoding": "chunked" };
    expect(await call(port, { body, headers: chunked })).toMatchObject({ status: 202 });
    expect(accepted.map(({ payload }) => payload.byteLength)).toEqual([25 * mebibyte, 25 * mebibyte]);
  });

  test("may be signed with an old secret until its end, and not after", async () => {
    const old = { secret, until: "2026-11-01T10:00:00.001Z" };
    const still = await start({ secrets: ["the next secret", old] });
    expect(await call(still.port, signed(push))).toMatchObject({ status: 202 });
    await server?.close();
    const over = await start({ secrets: ["the next secret", { ...old, until: "2026-11-01T10:00:00.000Z" }] });
    expect(await call(over.port, signed(push))).toMatchObject({ status: 401 });
  });

  test("may be signed with any current secret while they are rotated", async () => {
    const { port } = await start({ secrets: ["the next secret", secret] });
    expect(await call(port, signed(push, {}, secret))).toMatchObject({ status: 202 });
    expect(await call(port, signed(push, {}, "the next secret"))).toMatchObject({ status: 202 });
    expect(await call(port, signed(push, {}, "the last secret"))).toMatchObject({ status: 401 });
  });

  test("comes a second time: 202, and nothing is done", async () => {
    const { port, accepted } = await start();
    const delivery = signed(push);
    await call(port, delivery);
    const upper = delivery.headers["x-github-delivery"]?.toUpperCase() ?? "";
    const again = { ...delivery, headers: { ...delivery.headers, "x-github-delivery": upper } };
    expect(await call(port, again)).toMatchObject({ status: 202, text: '{"result":"duplicate"}' });
    expect(accepted).toHaveLength(1);
  });
});

describe("a delivery that is wrong is refused without being stored or repeated", () => {
  const marker = "MARKER-7f3a";
  const cases: readonly [string, number, Parameters<typeof call>[1]][] = [
    ["no signature", 401, signed(push, { "x-hub-signature-256": undefined })],
    ["a signature under another secret", 401, signed(push, {}, "guessed")],
    ["a signature of another body", 401, { ...signed(push), body: `${push} ` }],
    ["half a signature", 401, signed(push, { "x-hub-signature-256": sign(push).slice(0, 39) })],
    ["a SHA-1 signature", 401, signed(push, { "x-hub-signature-256": `sha1=${"0".repeat(40)}` })],
    ["an odd signature", 401, signed(push, { "x-hub-signature-256": marker })],
    ["no delivery id", 400, signed(push, { "x-github-delivery": undefined })],
    ["a delivery id that is no GUID", 400, signed(push, { "x-github-delivery": `${marker}'--` })],
    ["no event", 400, signed(push, { "x-github-event": undefined })],
    ["an odd event", 400, signed(push, { "x-github-event": `${marker}/../x` })],
    ["another content type", 415, signed(push, { "content-type": "application/x-www-form-urlencoded" })],
    ["no content type", 415, signed(push, { "content-type": undefined })],
    ["no body", 400, signed("")],
    ["malformed JSON", 400, signed(`{"${marker}":`)],
    ["invalid UTF-8", 400, signed(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))],
    ["a JSON array", 400, signed(`["${marker}"]`)],
    ["a JSON string", 400, signed(`"${marker}"`)],
    ["JSON null", 400, signed("null")],
    ["another method", 405, { ...signed(push), method: "PUT" }],
    ["another path", 404, { ...signed(push), path: `/${marker}` }],
    ["a path that is a property of objects", 404, { ...signed(push), path: "/__proto__" }],
    ["a method that is a property of objects", 405, { method: "GET", path: "/webhooks" }],
  ];
  test.each(cases)("%s: %i", async (_, status, delivery) => {
    const { port, accepted, lines } = await start();
    const answer = await call(port, delivery);
    expect(answer).toMatchObject({ status, headers: { "content-type": "application/json; charset=utf-8" } });
    expect(Object.keys(JSON.parse(answer.text) as object)).toEqual(["error"]);
    expect(accepted).toEqual([]);
    expect(answer.text + JSON.stringify([lines, answer.headers])).not.toContain(marker);
  });

  test("405 says what is allowed", async () => {
    const { port } = await start();
    expect((await call(port, { method: "GET" })).headers.allow).toBe("POST");
    expect((await call(port, { method: "POST", path: "/healthz" })).headers.allow).toBe("GET, HEAD");
  });
});

describe("when it cannot be stored", () => {
  test("the answer is 503 without the reason, so that GitHub counts it as failed", async () => {
    const { port, lines } = await start({ accept: () => Promise.reject(new Error("password=hunter2 is wrong")) });
    const answer = await call(port, signed(push));
    expect(answer.status).toBe(503);
    expect(answer.text + JSON.stringify(lines)).not.toContain("hunter2");
    expect(lines.map(({ message }) => message)).toContain(
      "a webhook could not be stored; it has to be delivered again",
    );
  });
});

describe("hostile senders", () => {
  test("200 MB under a false signature are refused, and never held in memory", async () => {
    const { port, accepted } = await start();
    const before = process.memoryUsage().rss;
    let highest = before;
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss);
    }, 5);
    for (const length of [{ "content-length": String(200 * mebibyte) }, { "transfer-encoding": "chunked" }]) {
      const { status } = await flood(port, { ...signed("").headers, ...length }, 200 * mebibyte);
      expect(status).toBe(413);
    }
    clearInterval(watch);
    expect(accepted).toEqual([]);
    // Some 25 MiB of it may be in hand before it is too much, and garbage is collected late.
    expect((highest - before) / mebibyte).toBeLessThan(120);
  });

  test("who goes on sending after the refusal is cut off", async () => {
    const { port } = await start();
    const { closedAfterMs } = await flood(port, { ...signed("").headers, "transfer-encoding": "chunked" }, Infinity);
    expect(closedAfterMs).toBeLessThan(10_000);
  });

  test("many large bodies at once are not all held: who comes too late is asked to come again", async () => {
    const { port } = await start({ bodiesAtOnce: 1000 });
    const { headers } = signed(push);
    const slow = open({ port, path: "/webhooks", method: "POST", headers: { ...headers, "content-length": "2000" } });
    slow.on("error", () => {});
    slow.write("x".repeat(950));
    await wait(50);
    expect(await call(port, signed(push))).toMatchObject({ status: 503, headers: { "retry-after": "10" } });
    slow.destroy();
    await wait(50);
    expect(await call(port, signed(push))).toMatchObject({ status: 202 });
  });

  test("a body that ends early is not stored", async () => {
    const { port, accepted } = await start();
    const socket = connect(port, "127.0.0.1");
    const { headers } = signed(push);
    socket.write(`POST /webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: ${push.length}\r\n`);
    for (const [name, value] of Object.entries(headers)) socket.write(`${name}: ${value}\r\n`);
    socket.write(`\r\n${push.slice(0, 10)}`);
    await wait(50);
    socket.destroy();
    await wait(50);
    expect(accepted).toEqual([]);
    expect(await call(port, { method: "GET", path: "/healthz" })).toMatchObject({ status: 200 });
  });

  test("who takes too long, with the headers or with the body, is hung up on", async () => {
    const { port } = await start({ patience: { headers: 200, request: 400 } });
    const slowHeaders = "POST /webhooks HTTP/1.1\r\nhost: x\r\n";
    const slowBody = `${slowHeaders}x-hub-signature-256: ${sign("")}\r\ncontent-length: 100\r\n\r\n{`;
    for (const start of [slowHeaders, slowBody]) {
      const answer = await new Promise<string>((resolve) => {
        let text = "";
        const socket = connect(port, "127.0.0.1", () => socket.write(start));
        socket.on("data", (data) => (text += data.toString()));
        socket.on("close", () => resolve(text));
      });
      expect(answer).toMatch(/^HTTP\/1.1 40[08]/);
    }
  });
});

/** Sends zeros until the server answers and hangs up, or `most` bytes are sent. */
function flood(
  port: number,
  headers: Record<string, string>,
  most: number,
): Promise<{ status: number; closedAfterMs: number }> {
  return new Promise((resolve) => {
    const started = performance.now();
    const chunk = Buffer.alloc(mebibyte);
    let sent = 0;
    let status = 0;
    const request = open({ port, path: "/webhooks", method: "POST", headers, agent: false }, (response) => {
      status = response.statusCode ?? 0;
      response.resume();
    });
    const more = (): void => {
      while (sent < most) {
        sent += chunk.length;
        if (!request.write(chunk)) return;
      }
      request.end();
    };
    request.on("drain", more);
    request.on("error", () => {});
    request.on("close", () => resolve({ status, closedAfterMs: performance.now() - started }));
    more();
  });
}

describe("health", () => {
  test("alive is not the same as ready", async () => {
    const { port } = await start({ ready: false });
    expect(await call(port, { method: "GET", path: "/healthz" })).toMatchObject({ status: 200 });
    expect(await call(port, { method: "GET", path: "/readyz" })).toMatchObject({ status: 503 });
  });

  test("ready, also for who asks for the headers only", async () => {
    const { port } = await start();
    expect(await call(port, { method: "GET", path: "/readyz" })).toMatchObject({ status: 200 });
    expect(await call(port, { method: "HEAD", path: "/readyz" })).toMatchObject({ status: 200, text: "" });
  });

  test("one connection serves many requests", async () => {
    const { port } = await start();
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const get = (connection: string): string =>
        `GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: ${connection}\r\n\r\n`;
      const socket = connect(port, "127.0.0.1", () =>
        socket.write(get("keep-alive") + get("keep-alive") + get("close")),
      );
      socket.on("data", (data) => (text += data.toString()));
      socket.on("close", () => resolve(text));
    });
    expect(answer.match(/HTTP\/1.1 200/g)).toHaveLength(3);
  });
});

test.each([[[]], [[""]], [["fine", " "]]])("it refuses to start with the secrets %j", (secrets) => {
  const { log } = rememberingLog();
  const lasting = secrets.map((one) => ({ secret: one, until: null }));
  const ports = { accept: async () => "accepted" as const, secrets: lasting, clock: () => "", log };
  expect(() => webhookRoute(ports)).toThrow(/no webhook secret .* Set WEBHOOK_SECRET/);
});

test("closing waits for the delivery in hand and takes no more", async () => {
  const { promise: stored, resolve: store } = Promise.withResolvers<"accepted">();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { port } = await start({
    accept: () => {
      arrive();
      return stored;
    },
  });
  const answer = call(port, signed(push));
  await arrived;
  const closed = server?.close();
  await expect(call(port, signed(push))).rejects.toThrow(/ECONNREFUSED/);
  store("accepted");
  expect(await answer).toMatchObject({ status: 202 });
  await closed;
});
