import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { createIncidentStore } from "../../src/adapters/postgres/incident-store.ts";
import { createJobQueue } from "../../src/adapters/postgres/job-queue.ts";
import { composeMetrics } from "../../src/app/compose-metrics.ts";
import { jobDefinitions } from "../../src/app/worker/jobs.ts";
import { openIncident } from "../../src/core/incident/incident.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { forEachDatabase } from "../support/databases.ts";
import { storeJobs } from "../support/job-definitions.ts";
import { silentLog } from "../support/log.ts";

const alerts = readFileSync(new URL("../../deploy/prometheus/alerts.yaml", import.meta.url), "utf8");

forEachDatabase((get) => {
  it("metrics tell of deliveries, jobs, scans, the queue and incidents, and hold every name that alerts ask for", async () => {
    const { database } = get();
    const queue = await createJobQueue(database, storeJobs, silentLog);
    const metering = composeMetrics(database);
    const { metrics } = metering;
    // Rules that ask whether there are deliveries, or failures, must not take a server that had none yet for one that is down.
    for (const outcome of ["accepted", "duplicate", "failed"])
      expect(await metrics.text()).toContain(`keyward_deliveries_total{outcome="${outcome}"} 0`);
    await metering.accept(async () => "accepted")({} as never);
    await expect(metering.accept(() => Promise.reject(new Error("full")))({} as never)).rejects.toThrow("full");
    const handlers = metering.handlers({ "sync-issue": async () => {} } as never);
    await handlers["sync-issue"]({ installationId: 7, incidentId: "i" }, {} as never);
    // Begun by another worker half a minute ago, and concluded a second time.
    const sinces = [new Date(Date.now() - 30_000).toISOString(), null];
    const complete = async () => ({ since: sinces.shift() ?? null });
    const checkRuns = metering.checkRuns({ begin: async () => 1, complete });
    for (let times = 0; times < 2; times += 1) await checkRuns.complete({} as never, 1, {} as never);
    const hour = Date.now() / 1000 + 3600;
    metrics.githubLeft("7", "core", 4990, hour);
    metrics.githubLeft("8", "core", 12, hour);
    expect(await metrics.text()).toContain('keyward_github_requests_left{installation="8",resource="core"} 12');
    // The hour that it was said of is over.
    metrics.githubLeft("8", "core", 12, Date.now() / 1000 - 1);
    for (const [id, day] of [
      ["h-1", 1],
      ["h-2", 2],
    ] as const)
      await database.pool.query(
        `insert into happenings (id, installation_id, at, kind, happening) values ($1, 7, $2, 'anomaly', '{"action":"burst"}')`,
        [id, new Date(day * 86_400_000)],
      );
    await queue.enqueue({ name: "sync-issue", data: { installationId: 7, incidentId: "i" } });
    const place = {
      repoId: 1,
      commit: aSha("c"),
      blob: aSha("b"),
      path: "a",
      line: 1,
      seenAt: "2026-06-01T12:00:00.000Z",
    };
    const incident = openIncident({
      id: "i-1",
      home: aRepo(),
      finding: aFinding(),
      occurrences: [{ kind: "code", ...place }],
    });
    await createIncidentStore(database, queue, () => "").save(incident, null, []);

    const text = await metrics.text();
    expect(text).toContain('keyward_deliveries_total{outcome="accepted"} 1');
    expect(text).toContain('keyward_deliveries_total{outcome="failed"} 1');
    expect(text).toContain('keyward_job_seconds_count{job="sync-issue",outcome="done"} 1');
    expect(text).toContain('keyward_jobs{lane="work",state="waiting"} 1');
    expect(text).toContain("keyward_verdict_seconds_count 1");
    expect(text).toMatch(/keyward_verdict_seconds_sum 3\d/);
    expect(text).toContain('keyward_incidents{state="open",class="');
    expect(text).toContain('keyward_github_requests_left{installation="7",resource="core"} 4990');
    expect(text).not.toContain('installation="8"');
    expect(text).toContain('keyward_anomalies_newest_timestamp_seconds{action="burst"} 172800');
    const { groups } = parse(alerts) as { groups: readonly { rules: readonly { expr: string }[] }[] };
    const asked = groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => expr.match(/keyward_\w+/g) ?? []));
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !text.includes(name))).toEqual([]);

    // Whole histories and nightly looks may wait for hours; what else there is may not.
    const [, lanes = ""] = /lane=~"([^"]+)"/.exec(alerts) ?? [];
    const patient = ["postures", "histories"];
    expect([...lanes.split("|"), ...patient].toSorted()).toEqual(Object.keys(jobDefinitions.lanes).toSorted());

    const stop = await metering.serve("127.0.0.1", 0, silentLog);
    await stop();
    await queue.stop();
  });
});
