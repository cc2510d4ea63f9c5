import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createAnomalyFigures } from "../../src/adapters/postgres/anomaly-figures.ts";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createIncidentStore } from "../../src/adapters/postgres/incident-store.ts";
import { createJobQueue, type DurableJobQueue } from "../../src/adapters/postgres/job-queue.ts";
import { jobHandlers, type WorkerPorts } from "../../src/app/worker/job-handlers.ts";
import { jobDefinitions, type AnyJob } from "../../src/app/worker/jobs.ts";
import type { Happening } from "../../src/core/export/happening.ts";
import { openIncident } from "../../src/core/incident/incident.ts";
import { recordEvents } from "../../src/flows/record-events.ts";
import { tellingSinks } from "../../src/flows/tell-sink.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { embeddedOptions } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";
import { composeOwnSink, ownSinkHost } from "../support/own-sink.ts";
import { startProviderStandIn, type ProviderStandIn } from "../support/provider-stand-in.ts";

const clock = (): string => new Date().toISOString();
const notes = { timeout: 90_000, interval: 50 };
let database: Database;
let standIn: ProviderStandIn;
let queue: DurableJobQueue<AnyJob>;
let telling: ReturnType<typeof composeOwnSink>;
let incidents: ReturnType<typeof createIncidentStore>;
const taken: string[] = [];
let refusedIds: readonly string[] = [];
let failures = 0;
let isDown = false;

beforeAll(async () => {
  database = await openDatabase(await embeddedOptions());
  standIn = await startProviderStandIn([ownSinkHost]);
  // As the product's, but a job is soon at its end.
  const retry = { limit: 1, delaySeconds: 0, maxDelaySeconds: 0 };
  const { jobs } = jobDefinitions;
  const quick = {
    "tell-sink": { ...jobs["tell-sink"], retry },
    "tell-happenings": { ...jobs["tell-happenings"], retry },
  };
  queue = await createJobQueue<AnyJob>(database, { ...jobDefinitions, jobs: { ...jobs, ...quick } }, silentLog, {
    heartbeatSeconds: 10,
    pollSeconds: 1,
  });
  telling = composeOwnSink({ database, queue, clock }, standIn);
  incidents = tellingSinks(
    createIncidentStore(database, queue, () => "0"),
    telling.sinks,
  );
  standIn.behave((response, { headers }) => {
    const id = String(headers["x-keyward-delivery"]);
    if (isDown) failures += 1;
    else if (!refusedIds.includes(id)) taken.push(id);
    response.writeHead(isDown ? 503 : refusedIds.includes(id) ? 400 : 200).end();
  });
  const ports = { ...telling, incidents, queue, log: silentLog } as unknown as WorkerPorts;
  await queue.startWorkers(jobHandlers(ports), async () => {});
  await sweep();
});
afterAll(async () => {
  await queue.stop();
  await standIn.close();
  await database.close();
});

const happening = (id: string): Happening => ({
  id,
  installationId: 7,
  at: clock(),
  kind: "posture",
  action: "worse",
  severity: "high",
  message: "",
  repoId: 42,
  repository: "acme/shop",
  person: null,
  drill: false,
  evidence: {},
});
const note = (id: string): Promise<number> => telling.happenings.note([happening(id)], ["own"]);

async function sweep(): Promise<void> {
  await queue.enqueue({ name: "sweep-sinks", data: { minute: clock().slice(0, 16) } });
  await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), notes);
}

async function jobsLeft(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    "select count(*)::int as count from pgboss.job where name like 'sinks%' and state in ('created', 'retry', 'active')",
  );
  return rows[0]?.count ?? 0;
}

async function open(id: string): Promise<void> {
  const place = { repoId: 42, commit: aSha("c"), blob: aSha("b"), path: id, line: 1, seenAt: clock() };
  const occurrences = [{ kind: "code" as const, ...place }];
  const finding = aFinding({ fingerprint: (id === "i-1" ? "a" : "b").repeat(32) });
  const event = { kind: "opened", drill: null } as const;
  const entry = { at: clock(), event, state: "open", source: null } as const;
  await incidents.save(openIncident({ id, home: aRepo(), finding, occurrences }), null, [], [entry]);
}

it("a sink that is down until nobody tries any more gets everything once it is back, once and in order", async () => {
  isDown = true;
  for (let at = 0; at < 5; at += 1) await note(`before-${at}`);
  await open("i-1");
  const dismissed = { kind: "dismissed", reason: "a test", until: null, by: { kind: "keyward" } } as const;
  await recordEvents("i-1", () => [dismissed], { incidents, clock });
  await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), notes);
  // All tries are used up, of both kinds.
  const { rows: dead } = await database.pool.query<{ name: string }>(
    "select distinct data ->> 'name' as name from pgboss.job where name = 'sinks.dead' order by 1",
  );
  expect(dead.map(({ name }) => name)).toEqual(["tell-happenings", "tell-sink"]);
  expect(failures).toBeGreaterThanOrEqual(4);
  expect(taken).toEqual([]);
  expect(await createAnomalyFigures(database).sinks()).toMatchObject([
    { sink: "own", installationId: 7, ofIncidents: 2, others: 5, tookAt: null },
  ]);

  isDown = false;
  await queue.enqueue({ name: "sweep-sinks", data: { minute: clock().slice(0, 16) } });
  // What happens meanwhile has jobs of its own, beside those that catch up.
  await vi.waitFor(() => expect(taken.length).toBeGreaterThan(0), notes);
  for (let at = 0; at < 5; at += 1) await note(`after-${at}`);
  await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), notes);
  await sweep();

  const ordered = (prefix: string) => Array.from({ length: 5 }, (_, at) => `${prefix}-${at}`);
  expect(taken.filter((id) => !id.startsWith("i-1"))).toEqual([...ordered("before"), ...ordered("after")]);
  expect(taken.filter((id) => id.startsWith("i-1"))).toEqual(["i-1:1", "i-1:2"]);
  expect(await createAnomalyFigures(database).sinks()).toEqual([]);
  const { rows: known } = await database.pool.query("select from known_sinks where took_at is not null");
  expect(known).toHaveLength(1);
});

it("what a sink refuses does not hold up the rest, and is told later", async () => {
  taken.length = 0;
  refusedIds = ["odd"];
  await note("odd");
  await note("good");
  await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), notes);
  expect(taken).toEqual(["good"]);
  const figures = createAnomalyFigures(database);
  expect(await figures.sinks()).toEqual([]);
  expect(await figures.refusals()).toMatchObject([{ sink: "own", installationId: 7, refused: 1 }]);
  refusedIds = [];
  await sweep();
  expect(taken).toEqual(["good"]);
  await database.pool.query("update happening_tellings set refused_at = now() - interval '61 minutes'");
  await sweep();
  expect(taken).toEqual(["good", "odd"]);
  expect(await figures.refusals()).toEqual([]);
});

it("a sink that is new is not told what was long before it, and one that is gone is no anomaly", async () => {
  taken.length = 0;
  await telling.sinkBacklog.configured(["own", "new"]);
  expect(await telling.sinkBacklog.incidents("new", "", 10)).toEqual([]);
  await open("i-2");
  expect(await telling.sinkBacklog.incidents("new", "", 10)).toEqual([{ incidentId: "i-2", installationId: 7 }]);
  expect((await createAnomalyFigures(database).sinks()).map(({ sink }) => sink)).toContain("new");
  await telling.happenings.note([happening("for-new")], ["new"]);
  await telling.sinkBacklog.configured(["own"]);
  await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), notes);
  expect((await createAnomalyFigures(database).sinks()).map(({ sink }) => sink)).not.toContain("new");
  // Taken out by mistake and back soon, it misses nothing; after a month nothing is kept for it.
  expect(await telling.happenings.untold("new", 7, 10)).toHaveLength(1);
  await database.pool.query("update known_sinks set gone_since = now() - interval '31 days' where name = 'new'");
  await telling.sinkBacklog.configured(["own"]);
  expect(await telling.happenings.untold("new", 7, 10)).toEqual([]);
});

it("a turn is one worker's at a time, and nobody's once its holder is long dead", async () => {
  const turn = await telling.sinkTurns.take("own", "a test");
  expect(await telling.sinkTurns.take("own", "a test")).toBeNull();
  await turn?.keep();
  await database.pool.query("update sink_turns set until = now() - interval '1 second'");
  const next = await telling.sinkTurns.take("own", "a test");
  expect(next).not.toBeNull();
  await expect(turn?.keep()).rejects.toThrow("was lost");
  await turn?.giveBack();
  await next?.keep();
  await next?.giveBack();
  expect(await telling.sinkTurns.take("own", "a test")).not.toBeNull();
  await database.pool.query("update sink_turns set until = now() - interval '25 hours'");
  await telling.sinkBacklog.configured(["own"]);
  expect((await database.pool.query("select from sink_turns")).rows).toEqual([]);
});
