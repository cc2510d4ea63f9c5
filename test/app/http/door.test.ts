import { request as open } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createHookAddresses } from "../../../src/app/hook-addresses.ts";
import { addressesOf, senderOf, type Addresses } from "../../../src/app/http/addresses.ts";
import { behindDoor, type DoorPorts } from "../../../src/app/http/door.ts";
import { createRateLimit } from "../../../src/app/http/rate-limit.ts";
import { createHttpServer, type HttpServer } from "../../../src/app/http/server.ts";
import { rememberingLog, silentLog } from "../../support/log.ts";

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close(100);
  server = undefined;
});

const loopback = addressesOf(["127.0.0.1"]);

/** A server whose one route answers as it is told, behind a door. */
async function start(options: {
  readonly allowed?: DoorPorts["allowed"];
  readonly perMinute?: number;
  readonly now?: () => number;
  readonly trusted?: Addresses;
  readonly status?: number;
}): Promise<{ readonly port: number; readonly handled: () => number; readonly refused: string[] }> {
  let handled = 0;
  const refused: string[] = [];
  const { allowed = null, perMinute = 100, now = () => 0, trusted = loopback, status = 202 } = options;
  const POST = async () => {
    handled += 1;
    return { status, body: {} };
  };
  const sender: DoorPorts["senderOf"] = (request) => senderOf(request, trusted);
  const limit = createRateLimit(perMinute, now);
  const route = behindDoor(
    { paths: ["/webhooks"], methods: { POST } },
    { senderOf: sender, allowed, limit, refused: (reason) => refused.push(reason) },
  );
  server = createHttpServer([route], silentLog, undefined, (request) => sender(request).overTls);
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  return { port, handled: () => handled, refused };
}

function post(port: number, headers: Readonly<Record<string, string>> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const request = open({ port, path: "/webhooks", method: "POST", headers, agent: false }, (response) => {
      response.resume().on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    request.on("error", reject);
    request.end();
  });
}

const from = (forwarded: string) => ({ "x-forwarded-for": forwarded });

describe("the sender of a request", () => {
  it("is the last who is no trusted proxy; what others say of themselves is not believed", async () => {
    const allowed = async (): Promise<Addresses> => addressesOf(["203.0.113.0/24", "2001:db8::/32"]);
    const { port, handled } = await start({ allowed, trusted: addressesOf(["127.0.0.1", "10.0.0.0/8"]) });
    const answers: readonly [string, number][] = [
      ["203.0.113.7", 202],
      ["203.0.113.7, 10.1.2.3", 202],
      ["198.51.100.1, 203.0.113.7", 202],
      ["203.0.113.7, 198.51.100.1", 403],
      ["2001:db8::7", 202],
      ["::ffff:203.0.113.7", 202],
      ["[2001:db8::7]:4711", 202],
      ["nonsense", 403],
      ["", 403],
    ];
    for (const [forwarded, status] of answers) expect((await post(port, from(forwarded))).status).toBe(status);
    expect(handled()).toBe(6);
  });

  it("is whoever is connected, where there is no trusted proxy", async () => {
    const nobody = addressesOf([]);
    const { port } = await start({ allowed: async () => addressesOf(["203.0.113.7"]), trusted: nobody });
    expect((await post(port, from("203.0.113.7"))).status).toBe(403);
  });
});

describe("the door", () => {
  it("turns away whoever sends too much, until time has passed, and nobody else", async () => {
    let now = 0;
    const { port, handled, refused } = await start({ perMinute: 60, now: () => now });
    const many = await Promise.all(Array.from({ length: 61 }, () => post(port, from("203.0.113.7"))));
    expect(many.filter(({ status }) => status === 202)).toHaveLength(60);
    expect(many.find(({ status }) => status === 429)?.headers["retry-after"]).toBe("1");
    expect((await post(port, from("203.0.113.8"))).status).toBe(202);
    now = 1000;
    expect((await post(port, from("203.0.113.7"))).status).toBe(202);
    expect(handled()).toBe(62);
    expect(refused).toEqual(["rate"]);
  });

  it("has less patience with what is refused, and counts the /64 of an IPv6 address as one", async () => {
    const { port, handled } = await start({ perMinute: 60, status: 401 });
    const guesses = ["2001:db8::1", "2001:db8:0:0:1::2", "2001:0db8::3", "2001:db8::4", "2001:db8:0:1::1"];
    const statuses: number[] = [];
    for (const address of guesses) statuses.push((await post(port, from(address))).status);
    expect(statuses).toEqual([401, 401, 401, 429, 401]);
    expect(handled()).toBe(4);
  });

  it("says over TLS, and only then, that TLS is to be used", async () => {
    const { port } = await start({});
    const hsts = async (headers: Readonly<Record<string, string>>) =>
      (await post(port, headers)).headers["strict-transport-security"];
    expect(await hsts({ "x-forwarded-proto": "https" })).toBe("max-age=31536000");
    expect(await hsts({ "x-forwarded-proto": "http" })).toBeUndefined();
    await server?.close(100);
    const open = await start({ trusted: addressesOf([]) });
    expect(
      (await post(open.port, { "x-forwarded-proto": "https" })).headers["strict-transport-security"],
    ).toBeUndefined();
  });
});

describe("GitHub's addresses", () => {
  const hourMs = 3_600_000;

  it("let nobody in while they are not known; then the last good ones hold", async () => {
    let [now, answer]: [number, readonly string[] | null] = [0, null];
    let asked = 0;
    const ask = async (): Promise<readonly string[]> => {
      asked += 1;
      if (answer === null) throw new Error("no answer");
      return answer;
    };
    const { log, lines } = rememberingLog();
    const allowed = createHookAddresses(ask, () => now, log, { last: async () => null, note: async () => {} });
    const { port, refused } = await start({ allowed });
    const github = from("192.30.252.7");
    expect((await post(port, github)).status).toBe(503);
    // A flood of webhooks is no flood of questions.
    expect((await post(port, github)).status).toBe(503);
    expect(asked).toBe(1);
    answer = ["192.30.252.0/22"];
    now += 11_000;
    expect((await post(port, github)).status).toBe(202);
    expect((await post(port, from("203.0.113.7"))).status).toBe(403);
    answer = null;
    now += 2 * hourMs;
    expect((await post(port, github)).status).toBe(202);
    answer = ["185.199.108.0/22"];
    now += 2 * hourMs;
    await post(port, github);
    expect((await post(port, github)).status).toBe(403);
    expect((await post(port, from("185.199.108.1"))).status).toBe(202);
    expect(refused).toEqual(["unknown", "unknown", "address", "address"]);
    expect(lines).toHaveLength(2);
  });
});

it.each(["10.0.0.0/33", "example.com", "10.0.0/8", "::1/129", "10.0.0.0/x"])("%s is no network", (network) => {
  expect(() => addressesOf([network])).toThrow(/is no address and no network/);
});
