import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { composeProviders } from "../../src/app/compose-providers.ts";
import type { ProviderConfig } from "../../src/core/provider/provider-config.ts";
import { embeddedOptions } from "../support/databases.ts";
import { exampleCredential } from "../support/example-credential.ts";
import { json, startProviderStandIn, type ProviderStandIn } from "../support/provider-stand-in.ts";

const never = new AbortController().signal;
const config: ProviderConfig = {
  providers: { github: { probing: true, revocation: "on-approval" }, gitlab: { hosts: ["gitlab.acme.example"] } },
};

let database: Database;
let standIn: ProviderStandIn;
beforeAll(async () => {
  database = await openDatabase(await embeddedOptions());
  standIn = await startProviderStandIn(["api.github.com", "gitlab.acme.example"], "credentials");
});
afterAll(async () => {
  await standIn.close();
  await database.close();
});

const composed = (withRoutes = true) =>
  composeProviders({
    database,
    clock: () => "2026-06-01T12:10:00.000Z",
    configOf: () => Promise.resolve(config),
    hooksFile: null,
    ...(withRoutes ? { routes: { providers: standIn.route, hooks: standIn.route } } : {}),
  });

describe("what is known about providers", () => {
  it("is told by rule", () => {
    const { factsOf } = composed();
    expect(factsOf("github-personal-access-token")).toMatchObject({ slug: "github", name: "GitHub", canProbe: true });
    expect(factsOf("generic-url-credentials")).toMatchObject({ slug: "postgresql", canProbe: true, revocation: null });
    expect(factsOf("of-a-file-of-somebody")).toMatchObject({ slug: null, canProbe: false, revocation: null });
    expect(factsOf("of-a-file-of-somebody").playbook.revoke).not.toEqual([]);
  });

  it("is nothing allowed where nothing is said", async () => {
    const { termsOf } = composed();
    expect(await termsOf(1, "github-personal-access-token")).toEqual({
      probing: true,
      hosts: [],
      revocation: "on-approval",
    });
    expect(await termsOf(1, "stripe-secret-key")).toEqual({ probing: false, hosts: [], revocation: "never" });
    expect(await termsOf(1, "of-a-file-of-somebody")).toEqual({ probing: false, hosts: [], revocation: "never" });
  });
});

it("says which setting names a file that cannot be read", () => {
  const compose = () =>
    composeProviders({
      database,
      clock: () => "",
      configOf: () => Promise.resolve(config),
      hooksFile: "/nowhere/hooks.toml",
    });
  expect(compose).toThrow("KEYWARD_ROTATION_HOOKS names /nowhere/hooks.toml, which cannot be read.");
});

it("asks, and asks no more than sixty times an hour for one installation", async () => {
  const { probe, revoke } = composed();
  const credential = exampleCredential("github-personal-access-token");
  standIn.behave(json(401, { message: "Bad credentials" }));
  const states: string[] = [];
  for (let count = 0; count < 60; count += 1) {
    states.push((await probe(credential, { installationId: 1, hosts: [] }, never)).state);
  }
  expect(states.every((state) => state === "revoked")).toBe(true);
  expect(await probe(credential, { installationId: 1, hosts: [] }, never)).toMatchObject({ state: "unknown" });
  expect(await revoke(credential, { installationId: 1, hosts: [] }, never)).toMatchObject({ outcome: "failed" });
  expect(standIn.received()).toHaveLength(60);
  expect(await probe(credential, { installationId: 2, hosts: [] }, never)).toMatchObject({ state: "revoked" });
});

it("reaches nothing on this machine or in its network, whatever the configuration says", async () => {
  standIn.received();
  const { probe } = composed(false);
  const local = { installationId: 3, hosts: ["localhost.localdomain"] };
  const answer = await probe(exampleCredential("gitlab-personal-access-token"), local, never);
  expect(answer).toMatchObject({ state: "unknown", evidence: { host: "localhost.localdomain", status: null } });
  expect(standIn.received()).toEqual([]);
});
