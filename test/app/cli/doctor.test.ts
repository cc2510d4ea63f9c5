import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Diagnosis } from "../../../src/core/doctor/diagnosis.ts";
import { startLocalGithub, type LocalGithub } from "../../github/local-github.ts";
import { noServer, emptyServerOptions } from "../../support/databases.ts";

const main = fileURLToPath(new URL("../../../src/app/cli/main.ts", import.meta.url));

let github: LocalGithub;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "keyward-doctor-"));
  github = await startLocalGithub();
  github.createOrganization("acme");
  // Nobody listens there.
  github.setWebhook("http://127.0.0.1:9/webhooks");
  github.ping();
  await github.idle();
});
afterAll(async () => {
  await github.stop();
  rmSync(directory, { recursive: true, force: true });
});

function doctor(
  env: Readonly<Record<string, string>> = {},
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> {
  const environment = {
    PATH: process.env["PATH"] ?? "",
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    KEYWARD_DATA_DIR: join(directory, "data"),
    ...env,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, "doctor", ...args],
      { env: environment, cwd: directory },
      (error, output, errors) => resolve({ code: typeof error?.code === "number" ? error.code : 0, output, errors }),
    );
  });
}

const anotherKey = (): string =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString();

const byName = (output: string): ReadonlyMap<string, Diagnosis> =>
  new Map((JSON.parse(output) as Diagnosis[]).map((one) => [one.about, one]));

it("says what is there and what is not, changes nothing, and shows no secret", async () => {
  const file = join(directory, "webhook-secret");
  writeFileSync(file, github.app.webhookSecret);
  chmodSync(directory, 0o755);
  chmodSync(file, 0o644);
  const { code, output } = await doctor({ WEBHOOK_SECRET: "", WEBHOOK_SECRET_FILE: file }, "--json");
  chmodSync(directory, 0o700);
  const found = byName(output);
  const states = Object.fromEntries([...found].map(([about, { state }]) => [about, state]));
  expect(states).toEqual({
    settings: "good",
    files: "warning",
    git: "good",
    database: "good",
    GitHub: "good",
    clock: "good",
    permissions: "good",
    events: "good",
    "installation on acme": "good",
    webhook: "bad",
    "webhook address": "warning",
    "webhook deliveries": "bad",
  });
  expect(found.get("webhook deliveries")?.advice).toContain("GitHub got no answer");
  expect(code).toBe(1);
  for (const secret of [github.app.webhookSecret, github.app.privateKey.split("\n")[1] ?? ""])
    expect(output).not.toContain(secret);
  expect(github.requests.every(({ method }) => method === "GET")).toBe(true);
  expect(github.violations).toEqual([]);
});

it("reads like a table for people", async () => {
  const { output } = await doctor();
  expect(output).toMatch(/^ok +git +git version \d/m);
  expect(output).toMatch(/^BAD +webhook +goes to http:.*\n +-> use an https address$/m);
});

it("says that the id and the key are not of one app, and does not know what GitHub does not tell it", async () => {
  for (const wrong of [{ APP_ID: "1" }, { PRIVATE_KEY: anotherKey() }]) {
    const { code, output } = await doctor(wrong, "--json");
    expect(byName(output).get("GitHub")).toMatchObject({ state: "bad", found: "knows no app by this id and key" });
    expect(byName(output).get("webhook")).toMatchObject({ state: "unknown" });
    expect(code).toBe(1);
  }
  // Nobody listens there.
  const { output } = await doctor({ GITHUB_API_URL: "http://127.0.0.1:9" }, "--json");
  expect(byName(output).get("GitHub")).toMatchObject({ state: "unknown" });
});

it("says why the webhook's address cannot be reached, and that the data cannot be kept", async () => {
  const data = join(directory, "a-file");
  writeFileSync(data, "");
  github.setWebhook("http://nobody.invalid/webhooks");
  const found = byName((await doctor({ KEYWARD_DATA_DIR: data }, "--json")).output);
  github.setWebhook("http://127.0.0.1:9/webhooks");
  expect(found.get("webhook address")?.found).toMatch(/^cannot be reached from here \((ENOTFOUND|EAI_AGAIN)\)$/);
  expect(found.get("database")).toMatchObject({ state: "bad", advice: "check KEYWARD_DATA_DIR" });
});

it.skipIf(noServer !== null)("looks at a PostgreSQL server without making tables", async () => {
  const url = (await emptyServerOptions()).url ?? "";
  const key = { KEYWARD_MASTER_KEY: Buffer.alloc(32, 1).toString("base64") };
  const there = byName((await doctor({ DATABASE_URL: url, ...key }, "--json")).output);
  expect(there.get("tables")?.found).toBe("are made when the server starts");
  expect(there.get("database connection")?.state).toBe("good");
  const gone = byName((await doctor({ DATABASE_URL: "postgres://u:hidden@127.0.0.1:9/x", ...key }, "--json")).output);
  expect(gone.get("database")).toMatchObject({ state: "bad", found: "cannot be used (ECONNREFUSED)" });
});

it("says which settings are missing, with the exit code 2", async () => {
  const { code, errors } = await doctor({ APP_ID: "" });
  expect(code).toBe(2);
  expect(errors).toContain("APP_ID: missing");
});
