import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../src/app/settings.ts";
import { newKey } from "../support/tokens.ts";

const label = ["RSA", "PRIVATE", "KEY"].join(" ");
const pem = `-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----`;
const secret = newKey(24).toString("hex");
const good = { APP_ID: "12", PRIVATE_KEY: pem, WEBHOOK_SECRET: secret };
const noFiles = () => null;

describe("settings from the environment", () => {
  it("need three values; the rest has defaults", () => {
    expect(readSettings(good, noFiles)).toEqual({
      kind: "settings",
      settings: {
        appId: 12,
        privateKey: pem,
        webhookSecrets: [{ secret, until: null }],
        githubApiUrl: "https://api.github.com",
        githubWritesPerMinute: 80,
        databaseUrl: null,
        dataDir: ".keyward",
        masterKeys: null,
        hooksFile: null,
        sinksFile: null,
        host: "0.0.0.0",
        postureSettleSeconds: 60,
        door: { trustedProxies: [], hookAddresses: "any", requestsPerMinute: 6000 },
        keep: { deliveries: 30, verdicts: 365, places: null, memory: 90, jobs: 1, "failed-jobs": 14, caches: 30 },
        anomalies: { burst: 10, gitBurst: 50, silentHours: 6, workingHours: null },
        cacheGigabytes: 15,
        scanning: {
          threads: Math.min(4, Math.max(2, availableParallelism())),
          limits: { millis: 120_000, megabytes: 768 },
        },
        port: 3000,
        metricsPort: null,
        logLevel: "info",
      },
    });
  });

  it("report every problem at once, saying where each value comes from", () => {
    const read = readSettings({ WEBHOOK_SECRET: "short", PORT: "http" }, noFiles);
    expect(read).toMatchObject({
      kind: "problems",
      problems: [
        { name: "APP_ID", problem: expect.stringContaining("missing: the App ID") },
        { name: "PRIVATE_KEY", problem: expect.stringContaining("missing") },
        { name: "WEBHOOK_SECRET", problem: expect.stringContaining("at least 16 characters") },
        { name: "PORT", problem: expect.stringContaining("not usable") },
      ],
    });
  });

  it("never quote a value: it may be a secret put into the wrong variable", () => {
    const wrong = { APP_ID: secret, PRIVATE_KEY: secret, WEBHOOK_SECRET: "tiny-value", KEYWARD_MASTER_KEY: secret };
    const read = JSON.stringify(readSettings(wrong, noFiles));
    expect(read).not.toContain(secret);
    expect(read).not.toContain("tiny-value");
  });

  it("refuse a misspelt KEYWARD_ setting by name", () => {
    expect(readSettings({ ...good, KEYWARD_DATADIR: "x" }, noFiles)).toMatchObject({
      kind: "problems",
      problems: [{ name: "KEYWARD_DATADIR", problem: expect.stringContaining("KEYWARD_DATA_DIR") }],
    });
  });

  it("read secrets from files, and say when a file cannot be read", () => {
    const files: Record<string, string> = { "/run/pem": `${pem}\n` };
    const env = { APP_ID: "12", PRIVATE_KEY_FILE: "/run/pem", WEBHOOK_SECRET_FILE: "/run/none" };
    expect(readSettings(env, (path) => files[path] ?? null)).toMatchObject({
      kind: "problems",
      problems: [
        { name: "WEBHOOK_SECRET_FILE", problem: expect.stringContaining("cannot be read") },
        { name: "WEBHOOK_SECRET" },
      ],
    });
    expect(
      readSettings({ ...env, WEBHOOK_SECRET: secret, WEBHOOK_SECRET_FILE: "" }, (path) => files[path] ?? null),
    ).toMatchObject({
      settings: { privateKey: pem },
    });
  });

  it("accept a private key on one line, and several webhook secrets while one is rotated, an old one until its end", () => {
    const rotated = `${secret}, older-one-of-ours;until=2026-12-01`;
    const env = { ...good, PRIVATE_KEY: pem.replaceAll("\n", "\\n"), WEBHOOK_SECRET: rotated };
    const old = { secret: "older-one-of-ours", until: "2026-12-01T00:00:00.000Z" };
    expect(readSettings(env, noFiles)).toMatchObject({
      settings: { privateKey: pem, webhookSecrets: [{ secret, until: null }, old] },
    });
    for (const wrong of [`${secret},short`, `${secret};until=soon`, " , "])
      expect(readSettings({ ...good, WEBHOOK_SECRET: wrong }, noFiles)).toMatchObject({ kind: "problems" });
  });

  it("want a master key with PostgreSQL, as workers must share it", () => {
    const env = { ...good, DATABASE_URL: "postgres://db/keyward" };
    expect(readSettings(env, noFiles)).toMatchObject({ problems: [{ name: "KEYWARD_MASTER_KEY" }] });
    const masterKey = newKey();
    const withKey = { ...env, KEYWARD_MASTER_KEY: masterKey.toString("base64") };
    expect(readSettings(withKey, noFiles)).toMatchObject({
      settings: { masterKeys: [{ id: 1, master: new Uint8Array(masterKey), until: null }] },
    });
    const ring = `2:${newKey().toString("base64")},1:${masterKey.toString("base64")};until=2026-12-01`;
    expect(readSettings({ ...env, KEYWARD_MASTER_KEY: ring }, noFiles)).toMatchObject({
      settings: {
        masterKeys: [
          { id: 2, until: null },
          { id: 1, until: "2026-12-01T00:00:00.000Z" },
        ],
      },
    });
    for (const wrong of [ring.replace("2:", "1:"), `${ring},`, ring.replace("2026-12-01", "then")])
      expect(readSettings({ ...env, KEYWARD_MASTER_KEY: wrong }, noFiles).kind).toBe("problems");
    expect(readSettings({ ...env, KEYWARD_MASTER_KEY: newKey(16).toString("base64") }, noFiles).kind).toBe("problems");
  });
});
