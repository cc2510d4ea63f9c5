import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createIncidentStore } from "../../src/adapters/postgres/incident-store.ts";
import { createJobQueue, type DurableJobQueue } from "../../src/adapters/postgres/job-queue.ts";
import { createPostureStore } from "../../src/adapters/postgres/posture-store.ts";
import { createSuppressionStore } from "../../src/adapters/postgres/suppression-store.ts";
import { jobHandlers, type WorkerPorts } from "../../src/app/worker/job-handlers.ts";
import { jobDefinitions, type AnyJob } from "../../src/app/worker/jobs.ts";
import type { SuppressionEntry } from "../../src/core/suppression/suppression.ts";
import { notingDismissals, notingPostures } from "../../src/flows/note-happenings.ts";
import { recordSighting } from "../../src/flows/record-sighting.ts";
import { aPosture, saveLooked } from "../support/a-posture.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { embeddedOptions } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";
import { composeOwnSink, ownSinkHost } from "../support/own-sink.ts";
import { startProviderStandIn, type ProviderStandIn } from "../support/provider-stand-in.ts";

const at = "2026-06-01T12:00:00.000Z";
const claim = "force-pushes-blocked";
let database: Database;
let standIn: ProviderStandIn;
let queue: DurableJobQueue<AnyJob>;
beforeAll(async () => {
  database = await openDatabase(await embeddedOptions());
  standIn = await startProviderStandIn([ownSinkHost]);
  // As the product's, but tried again at once.
  const again = { limit: 180, delaySeconds: 0, maxDelaySeconds: 0 };
  const { jobs } = jobDefinitions;
  queue = await createJobQueue<AnyJob>(
    database,
    { ...jobDefinitions, jobs: { ...jobs, "tell-happenings": { ...jobs["tell-happenings"], retry: again } } },
    silentLog,
    { heartbeatSeconds: 10, pollSeconds: 1 },
  );
});
afterAll(async () => {
  await queue.stop();
  await standIn.close();
  await database.close();
});

type Told = { readonly "@timestamp": string; readonly event: { readonly id: string; readonly action: string } };

it("tells of findings, dismissals and posture changes, each once, by a sink that was down", async () => {
  const telling = composeOwnSink({ database, queue, clock: () => at }, standIn);
  const taken: Told[] = [];
  let refusals = 0;
  let isDown = true;
  standIn.behave((response, { body }) => {
    if (isDown) refusals += 1;
    else taken.push(JSON.parse(body) as Told);
    response.writeHead(isDown ? 503 : 200).end();
  });

  const incidents = createIncidentStore(database, queue, () => "0");
  const place = { repoId: 42, commit: aSha("c"), blob: aSha("b"), path: "src/pay.ts", line: 3, seenAt: at };
  const sighting = { home: aRepo(), finding: aFinding(), occurrences: [{ kind: "code" as const, ...place }] };
  const recording = { incidents, newId: () => "i-1", clock: () => at, notingFindings: telling.notingFindings };
  const suppressions = notingDismissals(createSuppressionStore(database, queue));
  const asked: SuppressionEntry = {
    id: "s-1",
    fingerprint: "f".repeat(32),
    at,
    event: {
      kind: "requested",
      terms: { fingerprint: "f".repeat(32), repoId: 42, reason: "revoked", note: "between us", until: null },
      by: "alice",
      authors: { logins: [], complete: false },
    },
  };
  const postures = notingPostures(createPostureStore(database, queue));
  const fails = { [claim]: { outcome: "fail", evidence: ["it is not so"], severity: "high" } } as const;

  // Everything twice: what is repeated is no news.
  await postures.plan(aRepo(), at);
  await saveLooked(postures, aPosture(), "2026-06-01", []);
  for (const checkedAt of ["2026-11-27T02:00:00.000Z", "2026-11-28T02:00:00.000Z"]) {
    await recordSighting(sighting, recording);
    await suppressions.append(7, [asked], []);
    await saveLooked(postures, aPosture(fails, { checkedAt }), "2026-06-01", []);
  }
  await queue.startWorkers(
    jobHandlers({ ...telling, incidents, log: silentLog } as unknown as WorkerPorts),
    async () => {},
  );
  await vi.waitFor(() => expect(refusals).toBeGreaterThan(1), { timeout: 30_000, interval: 50 });
  expect(taken).toEqual([]);
  isDown = false;
  await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 30_000, interval: 100 });

  const ids = taken.map(({ event }) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
  const key = `i-1 ${JSON.stringify([42, aSha("c"), "src/pay.ts", 3])}`;
  expect(ids.toSorted()).toEqual([
    "dismissal:s-1:requested",
    `finding:${createHash("sha256").update(key).digest("hex")}`,
    `posture:42:${claim}:2026-11-26T02:00:00.000Z`,
  ]);
  expect(taken.map(({ event }) => event.action).toSorted()).toEqual([
    "dismissal-requested",
    "finding-seen",
    "posture-worse",
  ]);
  expect(JSON.stringify(taken)).not.toContain("between us");

  // A job that is done again after all tells nothing.
  await telling.happenings.note(await telling.happenings.list("finding", 10), ["own"]);
  expect(await waiting()).toBe(0);
});

async function waiting(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(`
    select ((select count(*) from happening_tellings) + (
      select count(*) from pgboss.job where name = 'sinks' and state not in ('completed', 'failed', 'cancelled')))::int as count`);
  return rows[0]?.count ?? 0;
}
