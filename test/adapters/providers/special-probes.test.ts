import { createHash, createHmac, createVerify, generateKeyPairSync, randomBytes } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { TLSSocket } from "node:tls";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askAwsSts } from "../../../src/adapters/providers/ask-aws-sts.ts";
import { askGcpServiceAccount } from "../../../src/adapters/providers/ask-gcp-service-account.ts";
import { askPostgres } from "../../../src/adapters/providers/ask-postgres.ts";
import { createProviderClient } from "../../../src/adapters/providers/provider-client.ts";
import { publicRoute, type Route } from "../../../src/adapters/providers/route.ts";
import { Secret } from "../../../src/core/scan/secret.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { noServer } from "../../support/databases.ts";
import { testCertificate } from "../../support/tls-certificate.ts";
import { passwordRole } from "../../support/postgres-process.ts";
import { postgresServer } from "../../support/postgres-server.ts";
import {
  content,
  json,
  startProviderStandIn,
  type Behavior,
  type ProviderStandIn,
  type Received,
} from "../../support/provider-stand-in.ts";

const stsHosts = ["sts.us-east-1.amazonaws.com", "sts.us-gov-west-1.amazonaws.com", "sts.cn-north-1.amazonaws.com.cn"];
const googleHost = "oauth2.googleapis.com";
const never = new AbortController().signal;
const now = () => new Date("2026-06-01T12:00:00.000Z");

let standIn: ProviderStandIn;
beforeAll(async () => {
  standIn = await startProviderStandIn([...stsHosts, googleHost], "credentials");
});
afterAll(() => standIn.close());
const client = () => createProviderClient(standIn.route, { milliseconds: 5000, bytes: 64 * 1024 });

describe("an AWS key", () => {
  const keyId = fillShape("{aws-key-id:AKIA}", 1);
  const secret = fillShape("{base64:40}", 2);
  const pair = {
    ruleId: "aws-secret-access-key",
    secret: new Secret(secret),
    surroundings: new Secret(`id = ${keyId}\nkey = ${secret}\n`),
  };
  const ask = (credential = pair) => askAwsSts(client(), now)(credential, stsHosts, never);
  const arn = {
    GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: "arn:aws:iam::1:user/a", Account: "1" } },
  };
  const failure = (code: string): Behavior => json(403, { Error: { Code: code, Message: "…", Type: "Sender" } });

  it("is asked for with a signature that its secret makes", async () => {
    standIn.received();
    standIn.behave(json(200, arn));
    expect(await ask()).toMatchObject({ state: "live", evidence: { host: stsHosts[0], status: 200 } });
    const request = onlyOne(standIn.received());
    expect(request.body).toBe("Action=GetCallerIdentity&Version=2011-06-15");
    expect(JSON.stringify(request)).not.toContain(secret);
    expect(request.headers.authorization).toContain(`Credential=${keyId}/20260601/us-east-1/sts/aws4_request`);
    expect(request.headers.authorization).toContain(`Signature=${signatureOf(request, secret)}`);
  });

  it("is dead when no partition knows it", async () => {
    standIn.received();
    standIn.behave(failure("InvalidClientTokenId"));
    expect(await ask()).toMatchObject({ state: "revoked", evidence: { host: stsHosts[0], status: 403 } });
    expect(standIn.received().map(({ host }) => host)).toEqual(stsHosts);
  });

  it("is live when one partition knows it", async () => {
    const unknownKey = failure("InvalidClientTokenId");
    standIn.behave((response, request) =>
      (request.host.endsWith(".cn") ? json(200, arn) : unknownKey)(response, request),
    );
    expect(await ask()).toMatchObject({ state: "live", evidence: { host: stsHosts[2] } });
  });

  it.each([
    ["a wrong secret", failure("SignatureDoesNotMatch")],
    ["a refusal by policy", failure("AccessDenied")],
    ["a proxy's page", content(403, "<html>Blocked</html>", "text/html")],
    ["throttling", json(400, { Error: { Code: "Throttling" } })],
  ])("is unknown after %s", async (_what, behavior) => {
    standIn.behave(behavior);
    expect(await ask()).toMatchObject({ state: "unknown" });
  });

  it("is not asked for without its id, and not sure with two ids", async () => {
    standIn.behave(failure("InvalidClientTokenId"));
    expect(await ask({ ...pair, surroundings: new Secret("nothing") })).toMatchObject({ evidence: { host: null } });
    const two = new Secret(`${fillShape("{aws-key-id:AKIA}", 5)} ${pair.surroundings.reveal()}`);
    expect(await ask({ ...pair, surroundings: two })).toMatchObject({ state: "unknown", evidence: { status: 403 } });
  });

  it("of a session is sent with its token", async () => {
    const temporary = fillShape("{aws-key-id:ASIA}", 3);
    const token = fillShape("IQoJb3JpZ2lu{base64:300}", 4);
    standIn.received();
    standIn.behave(failure("ExpiredToken"));
    const around = `${temporary}\n${secret}\n${token}`;
    expect(await ask({ ...pair, surroundings: new Secret(around) })).toMatchObject({ state: "revoked" });
    expect(standIn.received()[0]?.headers["x-amz-security-token"]).toBe(token);
    expect(await ask({ ...pair, surroundings: new Secret(`${temporary} ${secret}`) })).toMatchObject({
      evidence: { host: null },
    });
  });
});

function onlyOne(received: readonly Received[]): Received {
  const [first, ...others] = received;
  if (first === undefined || others.length > 0) throw new Error(`one request was expected, not ${received.length}`);
  return first;
}

/** The signature of a request, computed step by step as AWS describes it. */
function signatureOf({ method, path, headers, body }: Received, secret: string): string {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const [, date = "", region = "", service = ""] =
    /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)/.exec(headers.authorization ?? "") ?? [];
  const canonical = [
    method,
    path,
    "",
    ...signed.split(";").map((name) => `${name}:${String(headers[name])}`),
    "",
    signed,
    createHash("sha256").update(body).digest("hex"),
  ].join("\n");
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const toSign = [
    "AWS4-HMAC-SHA256",
    headers["x-amz-date"],
    `${date}/${region}/${service}/aws4_request`,
    createHash("sha256").update(canonical).digest("hex"),
  ];
  return hmac(key, toSign.join("\n")).toString("hex");
}

describe("a Google service account's key", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const written = pem.replaceAll("\n", String.raw`\n`);
  const account = "deployer@acme-shop.iam.gserviceaccount.com";
  const credential = {
    ruleId: "gcp-service-account-key",
    secret: new Secret(written),
    surroundings: new Secret(`{"type": "service_account", "private_key": "${written}", "client_email": "${account}"}`),
  };
  const ask = (one = credential) => askGcpServiceAccount(client(), now)(one, [googleHost], never);

  it("is live when Google takes a token signed with it", async () => {
    standIn.received();
    standIn.behave(json(200, { access_token: "…", expires_in: 3599, token_type: "Bearer" }));
    expect(await ask()).toMatchObject({ state: "live", evidence: { host: googleHost, status: 200 } });
    const [request] = standIn.received();
    const assertion = new URLSearchParams(request?.body).get("assertion") ?? "";
    const [head = "", claims = "", signature = ""] = assertion.split(".");
    expect(createVerify("sha256").update(`${head}.${claims}`).verify(publicKey, signature, "base64url")).toBe(true);
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
      iss: account,
      scope: "openid",
      aud: `https://${googleHost}/token`,
      iat: now().getTime() / 1000,
      exp: now().getTime() / 1000 + 300,
    });
  });

  it.each([
    ["revoked", "Invalid JWT Signature."],
    ["revoked", "Invalid grant: account not found"],
    ["unknown", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."],
  ])("is %s when Google says: %s", async (state, description) => {
    standIn.behave(json(400, { error: "invalid_grant", error_description: description }));
    expect(await ask()).toMatchObject({ state });
  });

  it("is not asked for when it cannot be read, or nobody knows whose it is", async () => {
    const broken = { ...credential, secret: new Secret("-----BEGIN PRIVATE KEY-----") };
    expect(await ask(broken)).toMatchObject({ state: "unknown", evidence: { host: null } });
    expect(await ask({ ...credential, surroundings: new Secret("{}") })).toMatchObject({
      state: "unknown",
      evidence: { host: null },
    });
  });
});

describe.skipIf(noServer !== null)("a PostgreSQL password", () => {
  const role = `app_${randomBytes(4).toString("hex")}`;
  const password = randomBytes(12).toString("base64url");
  const loopback: Route = () => Promise.resolve({ kind: "way", address: "127.0.0.1", family: 4 });
  let admin: pg.Client;
  let port: string;

  beforeAll(async () => {
    const url = new URL(await postgresServer());
    port = url.port;
    admin = new pg.Client(url.href);
    await admin.connect();
    await admin.query(`do $$ begin create role ${passwordRole}; exception when duplicate_object then null; end $$`);
    await admin.query(`create role ${role} login password '${password}' in role ${passwordRole}`);
  });
  afterAll(async () => {
    await admin.query(`drop role ${role}`);
    await admin.end();
  });

  const ask = (secret: string, text: string, route = loopback) =>
    askPostgres(route, 5000)(
      { ruleId: "generic-url-credentials", secret: new Secret(secret), surroundings: new Secret(text) },
      [],
      never,
    );
  const url = (secret: string, rest = "/postgres") =>
    `DATABASE_URL=postgresql://${role}:${secret}@db.acme.example:${port}${rest}\n`;

  it("is live when the server takes it", async () => {
    expect(await ask(password, url(password))).toMatchObject({ state: "live", evidence: { host: "db.acme.example" } });
  });

  it("is live when only the database is not there", async () => {
    expect(await ask(password, url(password, "/gone?sslmode=require"))).toMatchObject({ state: "live" });
  });

  it("is dead when the server refuses it", async () => {
    const old = randomBytes(12).toString("base64url");
    expect(await ask(old, url(old))).toMatchObject({
      state: "revoked",
      evidence: { reason: "it refused the password (28P01)" },
    });
  });

  it("is dead when its role may not log in", async () => {
    await admin.query(`alter role ${role} nologin`);
    expect(await ask(password, url(password))).toMatchObject({ state: "revoked" });
    await admin.query(`alter role ${role} login`);
  });

  it.each([
    ["of another kind of database", (text: string) => text.replace("postgresql", "mysql")],
    ["of several servers", (text: string) => text.replace("db.acme.example", "db.acme.example,other.example")],
    ["of two users", (text: string) => text + text.replace(role, "somebody")],
    ["with a name to be filled in", (text: string) => text.replace("db.acme.example", "${DB_HOST}")],
  ])("is not tried with a URL %s", async (_what, change) => {
    expect(await ask(password, change(url(password)))).toMatchObject({ state: "unknown", evidence: { host: null } });
  });

  it("is not tried at an address that is not public", async () => {
    const inside = publicRoute(() => Promise.resolve([{ address: "127.0.0.1", family: 4 }]));
    expect(await ask(password, url(password), inside)).toMatchObject({
      state: "unknown",
      evidence: { reason: expect.stringContaining("not on the public Internet") as string },
    });
  });

  it("is not sent to a server whose certificate is somebody else's", async () => {
    const { key, cert } = testCertificate(["elsewhere.example"]);
    let heard = 0;
    const impostor = createServer((socket) => {
      socket.on("error", () => undefined);
      // "S": willing to speak TLS, as PostgreSQL's protocol has it.
      socket.once("data", () => {
        socket.write("S");
        const secured = new TLSSocket(socket, { isServer: true, key, cert });
        secured.on("error", () => undefined);
        secured.on("data", () => (heard += 1));
      });
    });
    await new Promise<void>((resolve) => impostor.listen(0, "127.0.0.1", resolve));
    const { port: its } = impostor.address() as AddressInfo;
    const there: Route = () => Promise.resolve({ kind: "way", address: "127.0.0.1", family: 4, port: its, ca: cert });
    expect(await ask(password, url(password), there)).toMatchObject({ state: "unknown", evidence: { status: null } });
    expect(heard).toBe(0);
    await new Promise((resolve) => impostor.close(resolve));
  });

  it("is unknown where nobody listens", async () => {
    const away: Route = () => Promise.resolve({ kind: "way", address: "127.0.0.1", family: 4, port: 1 });
    expect(await ask(password, url(password), away)).toMatchObject({ state: "unknown" });
  });
});
