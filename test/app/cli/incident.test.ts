import { execFile } from "node:child_process";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../../src/adapters/postgres/database.ts";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { masterKeyIn } from "../../../src/adapters/system/master-key.ts";
import { createTimelineHash } from "../../../src/adapters/system/timeline-hash.ts";
import { openIncident } from "../../../src/core/incident/incident.ts";
import { recordEvents } from "../../../src/flows/record-events.ts";
import { recordSighting } from "../../../src/flows/record-sighting.ts";
import { lookForLeaksIn } from "../../support/leaks/leaks.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";
import { embeddedOptions } from "../../support/databases.ts";
import { silentLog } from "../../support/log.ts";

const main = fileURLToPath(new URL("../../../src/app/cli/main.ts", import.meta.url));
const id = "0199a5d0-0000-7000-8000-000000000001";
let dataDir: string;

const at = (): string => "2026-11-02T10:00:00.000Z";
const noQueue = { enqueueIn: async () => 0 };

const keyward = (...args: readonly string[]): Promise<{ code: number; output: string; errors: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env["PATH"] ?? "", KEYWARD_DATA_DIR: dataDir };
    execFile(process.execPath, [main, "incident", ...args], { env }, (error, output, errors) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output, errors }),
    );
  });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "keyward-cli-"));
  const { directory } = await embeddedOptions();
  renameSync(directory, join(dataDir, "database"));
  const database = await openDatabase({ directory: join(dataDir, "database"), log: silentLog });
  const incidents = createIncidentStore(database, noQueue, createTimelineHash(masterKeyIn(dataDir)));
  const occurrence = {
    kind: "code",
    repoId: 42,
    commit: aSha("c"),
    blob: aSha("b"),
    path: "src/a.ts",
    line: 3,
    seenAt: at(),
  } as const;
  const ports = { incidents, clock: at, newId: () => id };
  await recordSighting({ home: aRepo(), finding: aFinding(), occurrences: [occurrence] }, ports);
  const by = { kind: "person", login: "mona" } as const;
  await recordEvents(id, () => [{ kind: "attested", by, statement: "seen refused" }], ports);
  // Another one, to be told apart by its id.
  const other = openIncident({
    id: "0199b",
    home: aRepo(),
    finding: aFinding({ fingerprint: "0".repeat(32) }),
    occurrences: [occurrence],
  });
  await incidents.save(other, null, []);
  await database.close();
});
afterAll(() => {
  lookForLeaksIn("a data directory", dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

it("incidents are listed, shown, exported and verified, by the beginning of their id", async () => {
  const [active, all] = [await keyward("list"), await keyward("list", "--all", "--format", "json")];
  expect(active.output).toContain("0199b");
  expect(active.output).not.toContain(id);
  expect(
    (JSON.parse(all.output) as { id: string }[]).map((one) => one.id).toSorted((a, b) => (a < b ? -1 : 1)),
  ).toEqual([id, "0199b"]);

  const exported = await keyward("export", "0199a", "--format", "json");
  expect(JSON.parse(exported.output)).toMatchObject({
    format: "keyward-incident/1",
    incident: { id, state: "closed" },
    timeline: [
      { seq: 1, event: { kind: "opened" } },
      { seq: 2, event: { kind: "attested" }, says: /mona/ },
    ],
    check: { kind: "holds", entries: 2 },
  });
  expect((await keyward("show", "0199a")).output).toMatch(
    /The timeline holds: 2 entries[^]*attested dead by `mona`[^]*src\/a\.ts` line 3/,
  );
  expect(await keyward("verify")).toMatchObject({
    code: 0,
    output: expect.stringContaining(`${id}  holds, 2 entries`),
  });
});

it("what cannot be done is said, with the exit code 2", async () => {
  expect(await keyward("show", "0199")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("2 incidents begin with"),
  });
  expect(await keyward("show", "beef")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("there is no incident"),
  });
});

it("an entry that somebody changed in the database shows, with the exit code 1", async () => {
  const database = await openDatabase({ directory: join(dataDir, "database"), log: silentLog });
  await database.pool.query(`update incident_events set event = event || '{"statement":"never said"}' where seq = 2`);
  await database.close();
  expect(await keyward("verify", id)).toMatchObject({ code: 1, output: expect.stringContaining("BROKEN: entry 2") });
});
