import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { readManifest } from "../github/app-manifest.ts";
import type { AuditEntry } from "../github/state.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { runKeyward } from "../support/keyward-cli.ts";
import { startProviderStandIn, type ProviderStandIn } from "../support/provider-stand-in.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { inDatabase } from "../support/stored-state.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

vi.setConfig({ testTimeout: 120_000 });

let scene: Scene;
let sink: ProviderStandIn;
let directory: string;

type Told = {
  readonly event: { readonly action: string };
  readonly user?: { readonly name: string };
  readonly keyward: { readonly evidence: unknown };
};
const told: Told[] = [];
const actions = (): readonly string[] => told.map(({ event }) => event.action);

beforeAll(async () => {
  sink = await startProviderStandIn(["localhost"]);
  sink.behave((response, { body }) => {
    told.push(JSON.parse(body) as Told);
    response.writeHead(200).end();
  });
  directory = mkdtempSync(join(tmpdir(), "keyward-anomalies-"));
  writeFileSync(join(directory, "ca.pem"), sink.ca);
  writeFileSync(
    join(directory, "sinks.toml"),
    `[[sinks]]
name = "own"
kind = "webhook"
url = "https://localhost:${sink.port}/"
secret = "a-secret-of-the-tests-alone"
events = ["anomaly", "unknown", "finding"]
`,
  );
  scene = await startScene(
    { KEYWARD_SINKS: join(directory, "sinks.toml"), NODE_EXTRA_CA_CERTS: join(directory, "ca.pem") },
    { permissions: { ...readManifest().permissions, organization_administration: "read" } },
  );
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await sink.close();
});

const list = (dataDir: string, ...more: readonly string[]) =>
  runKeyward(directory, ["anomalies", ...more], { env: { KEYWARD_DATA_DIR: dataDir } });

type Listed = {
  readonly anomalies: readonly { readonly action: string; readonly evidence: Readonly<Record<string, unknown>> }[];
  readonly unknown: readonly { readonly what: string; readonly reason: string }[];
  readonly noted: readonly { readonly action: string }[];
};

it("who reads a repository after a leak is told to sinks and listed; what cannot be known is said", async () => {
  await until("that the log cannot be read", () => actions().includes("unknown-git-events"));
  const { repository, tree } = await startRepository(scene);
  const clone = (actor: string, at: number, country: string): AuditEntry => ({
    id: `${actor}-${at}`,
    actor,
    action: "git.clone",
    repo: repository.fullName,
    at: new Date(at).toISOString(),
    country,
    hashedToken: `hash-of-${actor}`,
    accessType: "Personal access token (classic)",
    userAgent: "git/2.47.1",
  });
  const head = await tree.commit({ message: "Connect", files: [["src/app.ts", `connect("${newToken()}");\n`]] });
  await tree.push("main");
  await verdictOn(repository, head);
  await until("the finding", () => actions().includes("finding-seen"));

  const before = Date.now() - 5 * 24 * 3_600_000;
  const auditLog = [clone("developer", before, "DE"), clone("mallory", Date.now() + 1000, "KP")];
  const settings = { twoFactorRequired: true, basePermission: "read", membersCreatePublicRepositories: false } as const;
  // Whoever was refused is asked again after a day.
  await scene.whileStopped(async (dataDir) => {
    const { stdout, code } = await list(dataDir);
    expect(code).toBe(0);
    expect(stdout).toContain("Nothing out of the ordinary was noted.");
    expect(stdout).toContain("unknown: what credentials are used for by git");
    expect(stdout).toContain("GitHub answered 404");
    expect(stdout).toMatch(/^unknown as of .*What credentials are used for by git in acme is unknown/m);
    await inDatabase(dataDir, (pool) =>
      pool.query("update audit_readings set refused_at = now() - interval '25 hours'"),
    );
    scene.github.setOrganization("acme", { ...settings, auditLog });
  });
  const anomaly = await until("the anomaly", () =>
    told.find(({ event }) => event.action === "anomaly-clone-after-leak"),
  );
  expect(anomaly).toMatchObject({
    event: { kind: "alert" },
    user: { name: "mallory" },
    source: { geo: { country_iso_code: "KP" } },
    keyward: { repository: repository.fullName, evidence: { isNewActor: true, isNewCountry: true, reads: 1 } },
  });

  // The next look, by another process, tells nothing twice.
  const listed = await scene.whileStopped(async (dataDir) => {
    const { stdout, stderr, code } = await list(dataDir, "--json");
    expect([code, stderr]).toEqual([0, ""]);
    expect((await list(dataDir)).stdout).toMatch(/clone-after-leak +mallory read .*"country":"KP"/);
    return JSON.parse(stdout) as Listed;
  });
  expect(listed.anomalies.map(({ action }) => action)).toEqual(["clone-after-leak"]);
  expect(listed.anomalies[0]?.evidence).toEqual(anomaly.keyward.evidence);
  expect(listed.unknown.map(({ what }) => what)).toContain("what credentials are used for by git");
  expect(listed.noted.map(({ action }) => action)).toContain("git-events");
  await scene.github.idle();
  expect(actions().filter((one) => one === "anomaly-clone-after-leak")).toHaveLength(1);
  expect(JSON.stringify([told, listed])).not.toContain("hash-of-");
  await assertFaithful(scene.github);
});

it("the command says what is wrong with its settings, or why it cannot read", async () => {
  const wrong = await runKeyward(directory, ["anomalies"], {
    env: { KEYWARD_DATA_DIR: directory, KEYWARD_ANOMALIES: "clones=1" },
  });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("KEYWARD_ANOMALIES: name=value");
  const held = await list(scene.keyward.dataDir);
  expect(held.code).toBe(2);
  expect(held.stderr).toContain("keyward anomalies:");
});
