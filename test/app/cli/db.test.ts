import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../../src/adapters/postgres/database.ts";
import { keywardDataDir, noServer, serverOptions } from "../../support/databases.ts";
import { lookForLeaksIn } from "../../support/leaks/leaks.ts";
import { localServer } from "../../support/local-server.ts";
import { silentLog } from "../../support/log.ts";

const main = fileURLToPath(new URL("../../../src/app/cli/main.ts", import.meta.url));

describe.skipIf(noServer !== null)("keyward db copy", () => {
  let dataDir: string;
  let url: string;

  const copy = (
    env: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<{ code: number; text: string }> =>
    new Promise((resolve) => {
      const environment = { PATH: process.env["PATH"] ?? "", KEYWARD_DATA_DIR: dataDir, ...env };
      execFile(process.execPath, [main, "db", "copy", ...args], { env: environment }, (error, output, errors) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, text: output + errors }),
      );
    });

  beforeAll(async () => {
    dataDir = await keywardDataDir();
    url = (await serverOptions()).url ?? "";
  });
  afterAll(() => {
    lookForLeaksIn("a data directory", dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("is refused while a server runs on the directory; then copies, and never shows where to", async () => {
    const running = await openDatabase({ directory: join(dataDir, "database"), log: silentLog });
    const refused = await copy({}, "--to", url);
    await running.close();
    expect(refused.code).toBe(2);
    expect(refused.text).toContain("in use by another Keyward process");
    const done = await copy({ DATABASE_URL: url });
    expect(done.text).toMatch(/tables with \d+ rows are the same on both sides/);
    expect(done.code).toBe(0);
    expect(refused.text + done.text).not.toContain(url);
  });

  it("copies to where a store of secrets says, whatever key is kept there", async () => {
    const empty = (await serverOptions()).url ?? "";
    const vault = await localServer(() => ({ status: 200, json: { data: { data: { url: empty } } } }));
    const stored = { VAULT_ADDR: vault.url, VAULT_TOKEN: "t", KEYWARD_MASTER_KEY: "vault:secret/keyward#master-key" };
    const done = await copy({ ...stored, DATABASE_URL: "vault:secret/keyward#url" });
    expect(done).toMatchObject({ code: 0, text: expect.stringContaining("are the same on both sides") as string });
    const refused = await copy({ ...stored, DATABASE_URL: "vault:secret" });
    expect(refused).toMatchObject({
      code: 2,
      text: expect.stringContaining("DATABASE_URL: expected vault:") as string,
    });
  });

  it("says what is missing", async () => {
    expect(await copy({})).toMatchObject({ code: 2, text: expect.stringContaining("say where to") as string });
  });
});
