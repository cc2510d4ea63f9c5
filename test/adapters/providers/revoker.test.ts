import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadProviders } from "../../../src/adapters/files/provider-files.ts";
import { createProviderClient } from "../../../src/adapters/providers/provider-client.ts";
import { createRevoker } from "../../../src/adapters/providers/revoker.ts";
import { handlingOf } from "../../../src/core/provider/provider.ts";
import { Secret } from "../../../src/core/scan/secret.ts";
import type { Credential } from "../../../src/flows/ports/credential-probe.ts";
import { exampleCredential } from "../../support/example-credential.ts";
import { answerFor } from "../../support/provider-answers.ts";
import { content, json, startProviderStandIn, type ProviderStandIn } from "../../support/provider-stand-in.ts";

const providers = loadProviders();
const cases = providers.flatMap((provider) =>
  provider.ruleIds.flatMap((ruleId) => {
    const { revocation } = handlingOf(provider, ruleId);
    if (revocation === null) return [];
    const hosts = [revocation.request.url].flat().map((url) => new URL(url).hostname);
    return [[ruleId, { revocation, hosts }] as const];
  }),
);

const never = new AbortController().signal;
let standIn: ProviderStandIn;
beforeAll(async () => {
  standIn = await startProviderStandIn([...new Set(cases.flatMap(([, { hosts }]) => hosts))], "credentials");
});
afterAll(() => standIn.close());

const revoke = (credential: Credential, hosts: readonly string[], allowed = true) =>
  createRevoker({
    providers,
    client: createProviderClient(standIn.route, { milliseconds: 3000, bytes: 1000 }),
    allow: () => Promise.resolve(allowed),
  })(credential, { installationId: 1, hosts }, never);

describe.each(cases)("revoking what %s finds", (ruleId, { revocation, hosts }) => {
  const credential = exampleCredential(ruleId);
  const own = revocation.selfHosted === "often" ? hosts : [];

  it("is done by the answers that say so, the first and every other time", async () => {
    for (const test of revocation.revoked) {
      standIn.received();
      standIn.behave(answerFor(test));
      const answer = await revoke(credential, own);
      expect(answer).toMatchObject({ outcome: "revoked", evidence: { host: hosts[0] } });
      expect(JSON.stringify(answer)).not.toContain(credential.secret.reveal());
      const [request] = standIn.received();
      expect(request?.method).toBe(revocation.request.method ?? "GET");
    }
  });

  it("is not done by any other answer", async () => {
    // No content is all that 204 can have.
    const statuses = revocation.revoked.flatMap(({ status }) => status).filter((status) => status !== 204);
    const others = [
      ...statuses.map((status) => content(status, "<html>Blocked</html>", "text/html")),
      ...statuses.map((status) => json(status, { ohne: "Bedeutung" })),
      json(429, { message: "slow down" }),
      json(500, {}),
    ];
    for (const behavior of others) {
      standIn.behave(behavior);
      expect(await revoke(credential, own)).toMatchObject({ outcome: "failed" });
    }
  });
});

describe("nothing is revoked", () => {
  it.each([
    [
      "that cannot be",
      { ruleId: "aws-secret-access-key", secret: new Secret("x"), surroundings: null },
      "impossible",
      true,
    ],
    [
      "at an instance of which nobody knows whose it is",
      exampleCredential("gitlab-personal-access-token"),
      "impossible",
      true,
    ],
    ["more often than is allowed", exampleCredential("github-personal-access-token"), "failed", false],
  ] as const)("%s", async (_what, credential, outcome, allowed) => {
    standIn.received();
    expect(await revoke(credential, [], allowed)).toMatchObject({ outcome, evidence: { host: null } });
    expect(standIn.received()).toEqual([]);
  });
});
