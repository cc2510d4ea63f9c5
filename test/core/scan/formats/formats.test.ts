import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { levelFrom } from "../../../../src/core/scan/confidence.ts";
import { credentialFormats } from "../../../../src/core/scan/formats/credential-formats.ts";
import { findFormats } from "../../../../src/core/scan/formats/find-formats.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const found = (path: string, text: string): { id: string; secret: string; score: number }[] =>
  findFormats({ path, text, via: [] }).map(({ rule, secret, reasons = [] }) => ({
    id: rule.id,
    secret,
    score: reasons.reduce((sum, { points }) => sum + points, 0),
  }));

const value = fillShape("{alnum:16}", 3);
const hash = fillShape("{hex:32}", 3);
const kubernetes = (section: string, lines: readonly string[]): string =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n${section}:\n${lines.map((line) => `  ${line}\n`).join("")}type: Opaque\n`;

describe("what a format keeps is found", () => {
  it.each([
    ["kubernetes-secret", "a.yaml", kubernetes("data", [`redis: ${base64(value)}`]), base64(value)],
    ["kubernetes-secret", "a.yaml", kubernetes("stringData", [`redis: "${value}"`]), value],
    [
      "kubernetes-secret",
      "a.yaml",
      `---\ndata:\n  dsn: ${base64(value)}\nkind: Secret\n---\nkind: Pod\n`,
      base64(value),
    ],
    [
      "registry-login",
      "config.json",
      `{"auths": {"r.acme.io": {"auth": "${base64(`me:${value}`)}"}}}`,
      base64(`me:${value}`),
    ],
    ["registry-login", ".npmrc", `_auth=${base64(`me:${value}`)}\n`, base64(`me:${value}`)],
    ["pgpass-password", ".pgpass", `db.acme.io:5432:app:me:${value}\n`, value],
    ["pgpass-password", ".pgpass", `# all\n*:*:*:me:${value}\n`, value],
    ["rails-key", "config/master.key", `${hash}\n`, hash],
    ["rails-key", "app/config/credentials/production.key", hash, hash],
    ["connection-string-password", "odbc.ini", `Driver={X};Server=db;Uid=me;Pwd={${value}};`, value],
    ["connection-string-password", "main.go", `sql.Open("mysql", "me:${value}@tcp(db:3306)/app")`, value],
    ["connection-string-password", "a.properties", `url=jdbc:oracle:thin:me/${value}@db:1521:orcl`, value],
    ["bundler-login", ".bundle/config", `BUNDLE_GEMS__ACME__IO: "me:${value}"\n`, value],
  ])("%s in %s: %#", (id, path, text, secret) => {
    expect(found(path, text)).toMatchObject([{ id, secret }]);
    expect(found(path, text)[0]?.score).toBeGreaterThanOrEqual(levelFrom.medium);
  });

  it.each([
    ["htpasswd-hash", ".htpasswd", `me:$apr1$${fillShape("{alnum:8}$$${alnum:22}".replace("$$$", "$"), 2)}\n`],
    ["htpasswd-hash", ".htpasswd", `me:$2y$05$${fillShape("{alnum:53}", 2)}\n`],
    ["keystore-file", "a.jks", "\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01"],
    ["keystore-file", "a.p12", "0\x82\x09\xf1\x02\x01\x030\x82"],
  ])("%s in %s, with low confidence", (id, path, text) => {
    const [one] = found(path, text);
    expect(one?.id).toBe(id);
    expect(one?.score).toBeLessThan(levelFrom.medium);
  });
});

describe("a private key in DER is known by how it begins", () => {
  const derOf = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1"): string =>
    (key.export({ format: "der", type } as { format: "der"; type: "pkcs8" }) as Buffer).toString("latin1");
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ed = generateKeyPairSync("ed25519");

  it.each([
    ["RSA, PKCS #1", derOf(rsa.privateKey, "pkcs1")],
    ["RSA, PKCS #8", derOf(rsa.privateKey, "pkcs8")],
    ["a curve, SEC 1", derOf(ec.privateKey, "sec1")],
    ["a curve, PKCS #8", derOf(ec.privateKey, "pkcs8")],
    ["Ed25519, PKCS #8", derOf(ed.privateKey, "pkcs8")],
  ])("%s", (_what, text) => {
    const [one] = found("conf/server.key", text);
    expect(one).toMatchObject({ id: "der-private-key" });
    expect(one?.score).toBeGreaterThanOrEqual(levelFrom.high);
  });

  it.each([rsa, ec, ed])("a public key is none: %#", ({ publicKey }) => {
    expect(found("a.der", publicKey.export({ format: "der", type: "spki" }).toString("latin1"))).toEqual([]);
  });

  it("nor is one under a password", () => {
    const cipher = { cipher: "aes-256-cbc", passphrase: "x" };
    const sealed = rsa.privateKey.export({ format: "der", type: "pkcs8", ...cipher });
    expect(found("a.der", sealed.toString("latin1"))).toEqual([]);
  });
});

describe("what is no credential is left alone", () => {
  it.each([
    ["a.yaml", kubernetes("data", [`username: ${base64(value)}`, `ca.crt: ${base64(value)}`])],
    ["a.yaml", kubernetes("stringData", ["redis: ${REDIS_PASSWORD}", "other: <password>"])],
    ["a.yaml", kubernetes("data", [`AWS_ACCESS_KEY_ID: ${base64(value)}`, `accessKeyId: ${base64(value)}`])],
    ["a.yaml", kubernetes("stringData", [`app-id: ${value}`, `AZURE_SUBSCRIPTION_ID: ${value}`])],
    ["a.yaml", kubernetes("data", [`redis: ${base64("changeme")}`])],
    ["a.yaml", `kind: ConfigMap\ndata:\n  redis: ${value}\n`],
    ["a.yaml", `kind: SealedSecret\nspec:\n  encryptedData:\n    redis: ${value}\n`],
    ["config.json", `{"auth": "${base64("no login at all")}"}`],
    ["a.txt", `10.0.0.1:5432:x\n`],
    ["lib/other.key", hash],
    ["config/credentials.yml.enc", `${value}--${value}--${value}==`],
    ["a.5", "kex.c:*:1000,*:kex_exchange():*,packet.c:*"],
    ["a.yaml", kubernetes("data", ["on: true", "n: xw=="])],
    ["a.c", `int password[] ={1};`],
    ["a.go", `"user:\${PASSWORD}@tcp(db:3306)/app"`],
  ])("%s: %#", (path, text) => {
    expect(found(path, text)).toEqual([]);
  });

  it("counts tests and words against it", () => {
    const text = kubernetes("stringData", [`redis: ${value}`]);
    expect(found("test/fixtures/a.yaml", text)[0]?.score).toBeLessThan(found("deploy/a.yaml", text)[0]?.score ?? 0);
    expect(found("a.yaml", kubernetes("stringData", ["redis: some words here"]))[0]?.score ?? 0).toBeLessThan(
      levelFrom.medium,
    );
  });
});

it.each(credentialFormats.flatMap(({ anchors }) => anchors))(
  "a megabyte of %s takes seconds, not minutes",
  (anchor) => {
    const lines = [`${anchor}\n`, `kind: Secret\ndata:\n  a: ${anchor}`, `a${anchor}`, `pwd={${anchor}`];
    const texts = lines.map((line) => line.repeat(Math.ceil(1_000_000 / line.length)));
    expect(texts.map((text) => Array.isArray(found("a.yaml", text)))).toEqual([true, true, true, true]);
  },
);
