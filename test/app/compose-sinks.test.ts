import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createIncidentStore } from "../../src/adapters/postgres/incident-store.ts";
import { createJobQueue } from "../../src/adapters/postgres/job-queue.ts";
import { jobHandlers, type WorkerPorts } from "../../src/app/worker/job-handlers.ts";
import { jobDefinitions, type AnyJob } from "../../src/app/worker/jobs.ts";
import { openIncident } from "../../src/core/incident/incident.ts";
import { tellingSinks } from "../../src/flows/tell-sink.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { embeddedOptions } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";
import { composeOwnSink, ownSinkHost } from "../support/own-sink.ts";
import { json, startProviderStandIn, type ProviderStandIn } from "../support/provider-stand-in.ts";

const at = "2026-06-01T12:00:00.000Z";
let database: Database;
let standIn: ProviderStandIn;
beforeAll(async () => {
  database = await openDatabase(await embeddedOptions());
  standIn = await startProviderStandIn([ownSinkHost]);
});
afterAll(async () => {
  await standIn.close();
  await database.close();
});

it("tells what is stored, by the product's own jobs", async () => {
  const queue = await createJobQueue<AnyJob>(database, jobDefinitions, silentLog, {
    heartbeatSeconds: 10,
    pollSeconds: 1,
  });
  const telling = composeOwnSink({ database, queue, clock: () => at }, standIn);
  const incidents = tellingSinks(
    createIncidentStore(database, queue, () => "0"),
    telling.sinks,
  );
  // No other job is queued here.
  await queue.startWorkers(
    jobHandlers({ ...telling, incidents, log: silentLog } as unknown as WorkerPorts),
    async () => {},
  );
  const place = { repoId: 1, commit: aSha("c"), blob: aSha("b"), path: "a", line: 1, seenAt: at };
  const incident = openIncident({
    id: "i-1",
    home: aRepo(),
    finding: aFinding(),
    occurrences: [{ kind: "code", ...place }],
  });
  standIn.behave(json(200, {}));
  await incidents.save(
    incident,
    null,
    [],
    [{ at, event: { kind: "opened", drill: null }, state: "open", source: null }],
  );
  await vi.waitFor(async () => expect(await telling.sinkProgress.through("own", "i-1")).toBe(1), {
    timeout: 30_000,
    interval: 100,
  });
  expect(standIn.received().map(({ headers }) => headers["x-keyward-delivery"])).toEqual(["i-1:1"]);
  await queue.stop();
});
