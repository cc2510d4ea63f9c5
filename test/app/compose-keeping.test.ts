import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { composeKeeping } from "../../src/app/compose-keeping.ts";
import { readSettings, type Settings } from "../../src/app/settings.ts";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { embeddedOptions } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";
import { newKey } from "../support/tokens.ts";

const now = "2026-11-02T10:00:00.000Z";
const daysAgo = (days: number): Date => new Date(Date.parse(now) - days * 24 * 60 * 60 * 1000);

function settingsWith(env: Readonly<Record<string, string>>): Settings {
  const label = ["RSA", "PRIVATE", "KEY"].join(" ");
  const needed = { APP_ID: "1", PRIVATE_KEY: `-----BEGIN ${label}-----`, WEBHOOK_SECRET: newKey().toString("hex") };
  const read = readSettings({ ...needed, ...env }, () => null);
  if (read.kind === "problems") throw new Error(read.problems.map(({ problem }) => problem).join("\n"));
  return read.settings;
}

test("at start what is older than the settings say is forgotten, in the database and on disk", async () => {
  const { keep, cacheGigabytes } = settingsWith({
    KEYWARD_KEEP_DAYS: "deliveries=10, caches=5",
    KEYWARD_CACHE_GIGABYTES: "1",
  });
  const database = await openDatabase(await embeddedOptions());
  onTestFinished(() => database.close());
  const directory = mkdtempSync(join(tmpdir(), "keyward-caches-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const days of [4, 6]) {
    await database.pool.query("insert into deliveries (guid, event, received_at) values ($1, 'push', $2)", [
      `${days + 5} days old`,
      daysAgo(days + 5),
    ]);
    const gitDir = join(directory, "7", `${days}.git`);
    mkdirSync(gitDir, { recursive: true });
    writeFileSync(join(gitDir, "HEAD"), "");
    utimesSync(join(gitDir, "HEAD"), daysAgo(days), daysAgo(days));
  }
  const drop = async (installationId: number, repoId: number | "all"): Promise<void> =>
    rmSync(join(directory, String(installationId), `${repoId}.git`), { recursive: true });

  const keeping = composeKeeping(database, keep, () => now, silentLog);
  keeping.boundCaches([{ directory, drop }], cacheGigabytes * 1e9);
  await keeping.stop();

  const { rows } = await database.pool.query<{ guid: string }>("select guid from deliveries");
  expect(rows).toEqual([{ guid: "9 days old" }]);
  expect([4, 6].map((days) => existsSync(join(directory, "7", `${days}.git`)))).toEqual([true, false]);
});

test.each(["deliveries=6", "places=29", "jobs=0", "caches", "verdict=180", "memory=a week"])(
  "%s is no way to say how long something is kept",
  (text) => {
    expect(() => settingsWith({ KEYWARD_KEEP_DAYS: text })).toThrow("name=days");
  },
);
