import { afterAll, beforeAll, expect, it } from "vitest";
import { createAnomalyFigures } from "../../src/adapters/postgres/anomaly-figures.ts";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createHappeningStore } from "../../src/adapters/postgres/happening-store.ts";
import { createIncidentStore } from "../../src/adapters/postgres/incident-store.ts";
import { createSinkBacklog } from "../../src/adapters/postgres/sink-backlog.ts";
import { anomalySetting } from "../../src/app/anomaly-setting.ts";
import { findingsOf, type Happening } from "../../src/core/export/happening.ts";
import { openIncident } from "../../src/core/incident/incident.ts";
import { lookForAnomalies, watchAnomalies } from "../../src/flows/watch-anomalies.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { embeddedOptions } from "../support/databases.ts";

const now = "2026-06-20T03:30:00.000Z";
const ago = (hours: number): string => new Date(Date.parse(now) - hours * 3_600_000).toISOString();
let database: Database;
beforeAll(async () => void (database = await openDatabase(await embeddedOptions())));
afterAll(() => database.close());

const dismissal = (id: string, at: string): Happening => ({
  id: `dismissal:${id}:requested`,
  installationId: 7,
  at,
  kind: "dismissal",
  action: "requested",
  severity: "medium",
  message: "",
  repoId: 42,
  repository: null,
  person: "alice",
  drill: false,
  evidence: {},
});

it("notes what is out of the ordinary, each once, and says what cannot be judged", async () => {
  const queued: string[] = [];
  const queue = {
    enqueueIn: async (_: unknown, jobs: readonly { name: string }[]) => queued.push(...jobs.map(({ name }) => name)),
  };
  const happenings = createHappeningStore(database, queue);
  const incidents = createIncidentStore(database, queue, () => "0");
  const found = async (id: string, at: string, lines: number, inHistory = false): Promise<void> => {
    const occurrences = Array.from({ length: lines }, (_, line) => {
      return { kind: "code", repoId: 42, commit: aSha("c"), blob: aSha("b"), path: "a", line, seenAt: at } as const;
    });
    const finding = aFinding({ fingerprint: id.padEnd(32, "0") });
    const incident = openIncident({ id, home: aRepo(), finding, occurrences });
    const owner = { source: "committer", logins: ["mallory"], teams: [] } as const;
    await incidents.save({ ...incident, owner }, null, []);
    await happenings.note(
      findingsOf(incident, null, inHistory, (text) => text),
      [],
    );
  };
  // Three at a time for weeks, a whole history, and then twelve within an hour.
  await found("i-1", ago(20 * 24), 3);
  await found("i-2", ago(30), 3);
  await found("i-3", ago(3), 200, true);
  await found("i-4", ago(0.2), 12);
  // By day for ten days, and then by night.
  for (let day = 2; day < 12; day += 1) await happenings.note([dismissal(`s-${day}`, ago(24 * day + 14))], []);
  await happenings.note([dismissal("s-night", ago(1))], []);
  // One sink does not take anything; webhooks came every hour, and then none for twelve; another installation is new.
  await happenings.note([{ ...dismissal("s-day", ago(24 + 14)), person: null }], ["siem"]);
  await createSinkBacklog(database).configured(["siem"]);
  await database.pool.query("update happening_tellings set since = $1", [ago(8)]);
  for (let hour = 12; hour < 12 + 96; hour += 1) await delivered(7, ago(hour));
  await delivered(8, ago(12));

  const sinks = [{ name: "other", wantsHappening: () => true }] as never;
  const ports = {
    anomalyFigures: createAnomalyFigures(database),
    anomalyTerms: anomalySetting.parse("burst=10, silent-hours=6"),
    clock: () => now,
    happenings,
    sinks,
  };
  queued.length = 0;
  for (let round = 0; round < 2; round += 1) await watchAnomalies(ports);

  const noted = await happenings.list("anomaly", 10);
  expect(noted.map(({ action }) => action).toSorted()).toEqual([
    "burst-by-author",
    "burst-by-repository",
    "dismissal-at-odd-hour",
    "silent-sink",
    "silent-webhook",
  ]);
  expect(queued).toEqual(noted.map(() => "tell-happenings"));
  const of = (action: string) => noted.find((one) => one.action === action);
  expect(of("burst-by-repository")).toMatchObject({
    repository: "acme/shop",
    at: "2026-06-20T03:00:00.000Z",
    evidence: { count: 12, mostInAnHourBefore: 3 },
  });
  expect(of("burst-by-author")).toMatchObject({ person: "mallory", evidence: { count: 12 } });
  expect(of("dismissal-at-odd-hour")).toMatchObject({ person: "alice", evidence: { hourUtc: 2, near: 0 } });
  expect(of("silent-sink")?.evidence).toEqual({
    waitsSince: ago(8),
    lastTook: null,
    eventsOfIncidents: 0,
    others: 1,
  });
  expect(of("silent-webhook")).toMatchObject({
    installationId: 7,
    evidence: { webhooks: 96, longestGapSeconds: 3600 },
  });
  expect((await lookForAnomalies(ports)).unknown).toMatchObject([
    { installationId: 8, what: "webhooks of the installation" },
  ]);
});

async function delivered(installationId: number, at: string): Promise<void> {
  await database.pool.query(
    "insert into deliveries (guid, event, installation_id, received_at) values ($1, 'push', $2, $3)",
    [`${installationId} ${at}`, installationId, at],
  );
}

it.each(["burst=1", "silent-hours=none", "hours=20:00-07:00 Europe/Berlin", "hours=07:00-20:00 Nowhere", "clones=1"])(
  "the setting %s is refused",
  (text) => expect(anomalySetting.safeParse(text).success).toBe(false),
);

it("working hours are set with their zone", () => {
  expect(anomalySetting.parse("hours=07:00-20:00 Europe/Berlin")).toMatchObject({
    burst: 10,
    workingHours: { from: "07:00", to: "20:00", timeZone: "Europe/Berlin" },
  });
});
