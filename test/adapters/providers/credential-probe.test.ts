import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCredentialProbe } from "../../../src/adapters/providers/credential-probe.ts";
import { createProviderClient } from "../../../src/adapters/providers/provider-client.ts";
import { loadProviders } from "../../../src/adapters/files/provider-files.ts";
import { namesIn } from "../../../src/core/provider/fill-request.ts";
import { handlingOf } from "../../../src/core/provider/provider.ts";
import type { HttpProbe } from "../../../src/core/provider/provider-tables.ts";
import { Secret } from "../../../src/core/scan/secret.ts";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import type { ProbeTerms } from "../../../src/flows/ports/credential-probe.ts";
import { exampleCredential } from "../../support/example-credential.ts";
import { answerFor } from "../../support/provider-answers.ts";
import {
  content,
  json,
  startProviderStandIn,
  type Behavior,
  type ProviderStandIn,
} from "../../support/provider-stand-in.ts";

const providers = loadProviders();

type Case = { readonly ruleId: string; readonly probe: HttpProbe; readonly hosts: readonly string[] };

/** Every rule that has a probe by HTTP. */
const cases: readonly (readonly [string, Case])[] = providers.flatMap((provider) =>
  provider.ruleIds.flatMap((ruleId) => {
    const { probe } = handlingOf(provider, ruleId);
    if (probe === null || "special" in probe) return [];
    const hosts = [probe.request.url].flat().map((url) => new URL(url).hostname);
    return [[ruleId, { ruleId, probe, hosts }] as const];
  }),
);
/** One rule of each probe, where several share it. */
const distinct = cases.filter(
  ([, { probe }], index) => cases.findIndex(([, other]) => other.probe === probe) === index,
);
const allHosts = [...new Set(cases.flatMap(([, { hosts }]) => hosts))];

let standIn: ProviderStandIn;
beforeAll(async () => {
  standIn = await startProviderStandIn(allHosts, "credentials");
});
afterAll(() => standIn.close());

const refuse = () => Promise.reject(new Error("no special probe is asked here"));

function probeWith(options: { readonly milliseconds?: number; readonly allowed?: boolean } = {}) {
  return createCredentialProbe({
    providers,
    client: createProviderClient(standIn.route, { milliseconds: options.milliseconds ?? 5000, bytes: 64 * 1024 }),
    allow: () => Promise.resolve(options.allowed ?? true),
    special: { "aws-sts": refuse, "gcp-service-account": refuse, postgres: refuse },
  });
}

/** The owner's hosts, where only they make an answer certain. */
const termsFor = ({ probe, hosts }: Case): ProbeTerms => ({
  installationId: 1,
  hosts: probe.selfHosted === "often" ? hosts : [],
});

const never = new AbortController().signal;

const page = "<!DOCTYPE html><html><head><title>Blocked</title></head><body>Ask your administrator.</body></html>";

describe.each(cases)("the probe of %s", (ruleId, one) => {
  const { probe } = one;

  it.each([
    ...probe.live.map((test) => ["live", test] as const),
    ...probe.revoked.map((test) => ["revoked", test] as const),
  ])("says %s for the answer that means it", async (state, test) => {
    const credential = exampleCredential(ruleId);
    standIn.behave(answerFor(test));
    const answer = await probeWith()(credential, termsFor(one), never);
    expect(answer).toMatchObject({ state, evidence: { host: expect.any(String) as string } });
    expect(JSON.stringify(answer)).not.toContain(credential.secret.reveal());
    const [first] = standIn.received();
    expect(one.hosts).toContain(first?.host);
    const sent = decodeURIComponent([first?.path, first?.body, JSON.stringify(first?.headers)].join("\n"));
    const basic = Buffer.from(first?.headers.authorization?.replace(/^Basic /, "") ?? "", "base64").toString();
    const sentInParts = !namesIn(probe.request).includes("secret");
    expect(sentInParts || [sent, basic].join("\n").includes(credential.secret.reveal())).toBe(true);
    expect(sent).not.toMatch(/\{[a-z_]+\}/);
  });
});

describe.each(distinct)("the probe of %s is not misled", (ruleId, one) => {
  const { probe } = one;
  const statuses = [...new Set([...probe.live, ...probe.revoked].flatMap(({ status }) => status))];
  it.each([
    ...statuses.map((status) => [`an HTML page with ${status}`, content(status, page, "text/html")] as const),
    ...statuses.map((status) => [`nothing with ${status}`, content(status, "")] as const),
    ...statuses.map((status) => [`other JSON with ${status}`, json(status, { ohne: "Bedeutung" })] as const),
    ["too many requests", json(429, { message: "Too many requests" }, { "retry-after": "60" })],
    ["an error of its own", json(500, { message: "Internal error" })],
    ["a redirect", redirect],
  ] as const)("by %s", async (_what, behavior) => {
    standIn.behave(behavior);
    const answer = await probeWith()(exampleCredential(ruleId), termsFor(one), never);
    expect(answer.state).toBe("unknown");
    expect(standIn.received().every(({ host }) => one.hosts.includes(host))).toBe(true);
  });

  it("names nothing that it does not find", () => {
    const known = ["secret", ...Object.keys(probe.parts ?? {})];
    expect(namesIn(probe.request).filter((name) => !known.includes(name))).toEqual([]);
  });
});

function redirect(...[response]: Parameters<Behavior>): void {
  response.writeHead(302, { location: "https://elsewhere.example/" }).end();
}

describe("what the network does", () => {
  const ask = (options: { readonly milliseconds?: number; readonly allowed?: boolean } = {}) =>
    probeWith(options)(exampleCredential("github-personal-access-token"), { installationId: 1, hosts: [] }, never);

  it.each<readonly [string, Behavior, string]>([
    ["no answer", () => undefined, "it did not answer in time"],
    [
      "an answer that stops half-way",
      (response) => response.writeHead(200).write('{"id"'),
      "it did not answer in time",
    ],
    [
      "an answer that is too long",
      (response) => response.writeHead(200).end(JSON.stringify({ id: 1, login: "x".repeat(100_000) })),
      "its answer was too long",
    ],
    ["a connection closed before the answer", (response) => response.destroy(), "the connection was closed"],
    [
      "a connection closed within the answer",
      (response) => {
        response.writeHead(200, { "content-length": "100" }).write('{"id":1,');
        setTimeout(() => response.destroy(), 20);
      },
      "the connection was closed",
    ],
  ])("%s is unknown", async (_what, behavior, reason) => {
    standIn.behave(behavior);
    const answer = await ask({ milliseconds: 300 });
    expect(answer).toMatchObject({ state: "unknown", evidence: { host: "api.github.com", status: null } });
    expect(answer.evidence.reason).toContain(reason);
  });

  it("a certificate of somebody else is unknown, and gets no request", async () => {
    const other = await startProviderStandIn(["elsewhere.example"]);
    try {
      const client = createProviderClient(other.route, { milliseconds: 5000, bytes: 1000 });
      const probe = createCredentialProbe({
        providers,
        client,
        allow: () => Promise.resolve(true),
        special: { "aws-sts": refuse, "gcp-service-account": refuse, postgres: refuse },
      });
      const answer = await probe(
        exampleCredential("github-personal-access-token"),
        { installationId: 1, hosts: [] },
        never,
      );
      expect(answer).toMatchObject({ state: "unknown", evidence: { reason: "its certificate could not be verified" } });
      expect(other.received()).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("is not asked more often than is allowed", async () => {
    standIn.received();
    expect(await ask({ allowed: false })).toMatchObject({ state: "unknown", evidence: { host: null } });
    expect(standIn.received()).toEqual([]);
  });

  it("stops when the job is stopped", async () => {
    standIn.behave(() => undefined);
    const stop = new AbortController();
    const asked = probeWith()(
      exampleCredential("github-personal-access-token"),
      { installationId: 1, hosts: [] },
      stop.signal,
    );
    stop.abort(new Error("shutting down"));
    await expect(asked).rejects.toThrow("shutting down");
  });
});

describe("who is asked", () => {
  it("is the owner's own instance where there is one", async () => {
    standIn.received();
    standIn.behave(json(401, { message: "401 Unauthorized" }));
    const credential = exampleCredential("gitlab-personal-access-token");
    const probe = probeWith();
    expect(await probe(credential, { installationId: 1, hosts: [] }, never)).toMatchObject({
      state: "unknown",
      evidence: { host: "gitlab.com", reason: expect.stringContaining("others run GitLab too") as string },
    });
    expect(await probe(credential, { installationId: 1, hosts: ["gitlab.com"] }, never)).toMatchObject({
      state: "revoked",
    });
    for (const host of ["127.0.0.1", "localhost", "gitlab.com:8443", "gitlab.com/x", "a@gitlab.com"]) {
      expect(await probe(credential, { installationId: 1, hosts: [host] }, never)).toMatchObject({
        state: "unknown",
        evidence: { host: null },
      });
    }
  });

  it("is every region: dead only where all say so", async () => {
    const credential = exampleCredential("sendgrid-api-key");
    const dead = json(401, {
      errors: [{ message: "The provided authorization grant is invalid, expired, or revoked" }],
    });
    const live = json(200, { scopes: ["mail.send"] });
    const ask = async (eu: Behavior) => {
      standIn.behave((response, request) => (request.host.includes("eu") ? eu : dead)(response, request));
      return (await probeWith()(credential, { installationId: 1, hosts: [] }, never)).state;
    };
    expect(await ask(live)).toBe("live");
    expect(await ask(dead)).toBe("revoked");
    expect(await ask(content(503, "down"))).toBe("unknown");
  });

  it("is not sure with two accounts near the secret", async () => {
    const { secret, surroundings } = exampleCredential("twilio-auth-token");
    const two = new Secret(`${surroundings?.reveal()}\nother = ${fillShape("AC{hex:32}", 9)}`);
    standIn.behave(json(401, { code: 20003, message: "Authenticate" }));
    const answer = await probeWith()(
      { ruleId: "twilio-auth-token", secret, surroundings: two },
      { installationId: 1, hosts: [] },
      never,
    );
    expect(answer).toMatchObject({ state: "unknown", evidence: { status: 401 } });
  });

  it("is nobody where a part is not there, or there is no probe", async () => {
    const { secret } = exampleCredential("twilio-auth-token");
    const probe = probeWith();
    const alone = { ruleId: "twilio-auth-token", secret, surroundings: null };
    expect(await probe(alone, { installationId: 1, hosts: [] }, never)).toMatchObject({
      state: "unknown",
      evidence: { host: null, reason: expect.stringContaining("(sid)") as string },
    });
    expect(
      await probe({ ...alone, ruleId: "generic-password" }, { installationId: 1, hosts: [] }, never),
    ).toMatchObject({
      state: "unknown",
      evidence: { host: null },
    });
  });
});
