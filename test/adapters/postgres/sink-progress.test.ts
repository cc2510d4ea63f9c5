import { expect, it } from "vitest";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { createSinkProgress } from "../../../src/adapters/postgres/sink-progress.ts";
import { openIncident } from "../../../src/core/incident/incident.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

const place = { repoId: 1, commit: aSha("c"), blob: aSha("b"), path: "a", line: 1, seenAt: "2026-06-01T12:00:00.000Z" };
const incident = openIncident({
  id: "i-1",
  home: aRepo(),
  finding: aFinding(),
  occurrences: [{ kind: "code", ...place }],
});

forEachDatabase((get) => {
  it("remembers for each sink how far it was told, and never goes back", async () => {
    const { database } = get();
    const queue = await createJobQueue(database, storeJobs, silentLog);
    await createIncidentStore(database, queue, () => "").save(incident, null, []);
    const progress = createSinkProgress(database);
    expect(await progress.through("siem", "i-1")).toBe(0);
    await progress.note("siem", "i-1", 4);
    await progress.note("siem", "i-1", 3);
    expect(await progress.through("siem", "i-1")).toBe(4);
    expect(await progress.through("logs", "i-1")).toBe(0);
    await queue.stop();
  });
});
