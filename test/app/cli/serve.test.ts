import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { newKey } from "../../support/tokens.ts";

const main = fileURLToPath(new URL("../../../src/app/cli/main.ts", import.meta.url));

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const appKey = privateKey.export({ type: "pkcs1", format: "pem" }).toString();

it.each(["web", "worker"])("--role %s without DATABASE_URL is refused, and nothing is made", async (role) => {
  const directory = mkdtempSync(join(tmpdir(), "keyward-serve-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const env = {
    PATH: process.env["PATH"] ?? "",
    APP_ID: "1",
    PRIVATE_KEY: appKey,
    WEBHOOK_SECRET: newKey().toString("hex"),
    KEYWARD_DATA_DIR: join(directory, "data"),
  };
  const ended = await new Promise<{ readonly code: unknown; readonly errors: string }>((resolve) => {
    execFile(process.execPath, [main, "serve", "--role", role], { env, cwd: directory }, (error, _, errors) =>
      resolve({ code: error?.code ?? 0, errors }),
    );
  });
  expect(ended.code).toBe(2);
  expect(ended.errors).toMatch(new RegExp(`^keyward: --role ${role} .*set DATABASE_URL to a PostgreSQL server`, "m"));
  expect(readdirSync(directory)).toEqual([]);
});
