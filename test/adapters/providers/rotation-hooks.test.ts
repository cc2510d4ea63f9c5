import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseHookDefinitions } from "../../../src/adapters/providers/hook-definitions.ts";
import { createProviderClient } from "../../../src/adapters/providers/provider-client.ts";
import { createRotationHooks } from "../../../src/adapters/providers/rotation-hooks.ts";
import { hooksFor, type ProviderConfig } from "../../../src/core/provider/provider-config.ts";
import { type Incident, openIncident } from "../../../src/core/incident/incident.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";
import { content, json, startProviderStandIn, type ProviderStandIn } from "../../support/provider-stand-in.ts";

const signingSecret = "a-secret-of-the-tests-alone";
const hooks = parseHookDefinitions(
  `[[hooks]]
name = "mesh"
kind = "webhook"
url = "https://rotate.acme.example/keyward"
secret = "${signingSecret}"

[[hooks]]
name = "database"
kind = "vault"
url = "https://vault.acme.example:8200/v1/database/rotate-role/shop"
token = "token-of-vault"
namespace = "shop"

[[hooks]]
name = "payments"
kind = "aws-secrets-manager"
region = "eu-central-1"
secretId = "prod/stripe"
accessKeyId = "id-of-the-tests"
secretAccessKey = "key-of-the-tests"

[[hooks]]
name = "of-others"
kind = "webhook"
url = "https://rotate.acme.example/others"
secret = "${signingSecret}"
installations = [4711]
`,
  "hooks.toml",
);

const never = new AbortController().signal;
const at = new Date("2026-06-01T12:00:00.000Z");
let standIn: ProviderStandIn;
beforeAll(async () => {
  standIn = await startProviderStandIn([
    "rotate.acme.example",
    "vault.acme.example",
    "secretsmanager.eu-central-1.amazonaws.com",
  ]);
});
afterAll(() => standIn.close());

const place = { repoId: 1, commit: aSha("c"), blob: aSha("b"), path: "src/pay.ts", line: 3, seenAt: at.toISOString() };
const anIncident = (): Incident =>
  openIncident({ id: "i-1", home: aRepo(), finding: aFinding(), occurrences: [{ kind: "code", ...place }] });

const ask = (names: readonly string[], incident: Incident = anIncident()) =>
  createRotationHooks({
    hooks,
    hooksFor: () => Promise.resolve(names),
    client: createProviderClient(standIn.route, { milliseconds: 1000, bytes: 1000 }),
    now: () => at,
  })(incident, never);

describe("a manager of secrets", () => {
  it("is asked by a signed webhook, whose repetition can be told", async () => {
    standIn.received();
    standIn.behave(json(202, { queued: true }));
    const answers = [...(await ask(["mesh"])), ...(await ask(["mesh"]))];
    expect(answers[0]).toEqual({
      hook: "mesh",
      outcome: "accepted",
      detail: 'rotate.acme.example answered 202: {"queued":true}',
    });
    const [first, second] = standIn.received();
    const { body = "", headers = {} } = first ?? {};
    expect(headers["x-keyward-signature-256"]).toBe(
      `sha256=${createHmac("sha256", signingSecret)
        .update(`${at.getTime() / 1000}.${body}`)
        .digest("hex")}`,
    );
    expect(second?.headers["x-keyward-delivery"]).toBe(headers["x-keyward-delivery"]);
    expect(JSON.parse(body)).toMatchObject({ event: "rotation.requested", incident: { id: anIncident().id } });
  });

  it("is asked anew when the incident was opened again", async () => {
    standIn.received();
    await ask(["mesh"]);
    await ask(["mesh"], { ...anIncident(), reopenings: 1 });
    const [first, second] = standIn.received().map(({ headers }) => headers["x-keyward-delivery"]);
    expect(first).not.toBe(second);
  });

  it("is Vault, by a token and an endpoint of its own", async () => {
    standIn.received();
    standIn.behave(content(204, ""));
    expect(await ask(["database"])).toEqual([
      { hook: "database", outcome: "accepted", detail: "vault.acme.example answered 204" },
    ]);
    const [request] = standIn.received();
    expect(request).toMatchObject({
      method: "POST",
      path: "/v1/database/rotate-role/shop",
      headers: { "x-vault-token": "token-of-vault", "x-vault-namespace": "shop" },
    });
  });

  it("is AWS Secrets Manager, by a signed RotateSecret", async () => {
    standIn.received();
    standIn.behave(json(200, { Name: "prod/stripe", VersionId: "v2" }));
    expect(await ask(["payments"])).toMatchObject([{ hook: "payments", outcome: "accepted" }]);
    const [request] = standIn.received();
    expect(request?.headers["x-amz-target"]).toBe("secretsmanager.RotateSecret");
    expect(request?.headers.authorization).toContain("/eu-central-1/secretsmanager/aws4_request");
    const { SecretId, ClientRequestToken } = JSON.parse(request?.body ?? "") as Record<string, string>;
    expect(SecretId).toBe("prod/stripe");
    expect(ClientRequestToken).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ["refused", json(403, { errors: ["permission denied"] })],
    ["unreachable", json(503, {})],
    ["unreachable", json(429, {})],
    ["refused", content(302, "")],
    ["unreachable", () => undefined],
  ] as const)("is %s by what it answers, or does not", async (outcome, behavior) => {
    standIn.behave(behavior);
    expect(await ask(["database"])).toMatchObject([{ outcome }]);
  });

  it("is not asked where the server has no such hook for the installation, nor in a drill", async () => {
    standIn.received();
    expect(await ask(["nobody", "of-others"])).toMatchObject([
      { hook: "nobody", outcome: "refused" },
      { hook: "of-others", outcome: "refused" },
    ]);
    expect(await ask(["mesh"], { ...anIncident(), drill: { id: "d", branch: "b" } })).toEqual([]);
    expect(standIn.received()).toEqual([]);
  });
});

describe("the file with hooks", () => {
  it.each([
    ["an unknown kind", '[[hooks]]\nname = "a"\nkind = "carrier-pigeon"', "hooks.0.kind"],
    ["http", '[[hooks]]\nname = "a"\nkind = "vault"\ntoken = "x"\nurl = "http://vault.acme.example/"', "hooks.0.url"],
    ["broken TOML", "[[hooks]\nsecret = hidden", "not valid TOML (line 1"],
  ])("is refused for %s, without a word of it", (_what, text, message) => {
    expect(() => parseHookDefinitions(text, "hooks.toml")).toThrow(message);
    expect(() => parseHookDefinitions(text, "hooks.toml")).not.toThrow("hidden");
  });

  it("names each hook once", () => {
    const hook = `[[hooks]]\nname = "a"\nkind = "webhook"\nurl = "https://a.example/"\nsecret = "${signingSecret}"\n`;
    expect(() => parseHookDefinitions(hook + hook, "hooks.toml")).toThrow("two hooks of the name a");
  });
});

describe("the hooks of a secret", () => {
  const leaked = { ruleId: "stripe-secret-key", fingerprint: "a".repeat(32), repository: "Acme/shop-api" };
  it.each<readonly [string, NonNullable<ProviderConfig["rotation"]>, readonly string[]]>([
    ["by rule", [{ hook: "a", rules: ["stripe-*"] }], ["a"]],
    ["by repository in any case", [{ hook: "a", repositories: ["acme/shop*i"] }], ["a"]],
    ["by all that is given", [{ hook: "a", rules: ["stripe-*"], repositories: ["acme/other"] }], []],
    [
      "by fingerprint",
      [
        { hook: "a", fingerprints: ["a".repeat(32)] },
        { hook: "b", fingerprints: ["b".repeat(32)] },
      ],
      ["a"],
    ],
    [
      "each once",
      [
        { hook: "a", rules: ["*"] },
        { hook: "a", rules: ["stripe-secret-key"] },
      ],
      ["a"],
    ],
    ["not by overlapping ends", [{ hook: "a", rules: ["stripe-secret-key*-key"] }], []],
    ["not by nothing", [{ hook: "a" }], []],
  ])("are found %s", (_how, rotation, expected) => {
    expect(hooksFor({ rotation }, leaked)).toEqual(expected);
  });
});
