import { afterAll, beforeAll, expect, it } from "vitest";
import { createHistoryStore } from "../../../src/adapters/postgres/history-store.ts";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createJobQueue, type DurableJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { createRepositoryRecords } from "../../../src/adapters/postgres/repository-records.ts";
import { createScanMemory } from "../../../src/adapters/postgres/scan-memory.ts";
import { createScanStore } from "../../../src/adapters/postgres/scan-store.ts";
import type { RepoRef } from "../../../src/core/change/change.ts";
import { openIncident, type Incident } from "../../../src/core/incident/incident.ts";
import type { HandleDelivery, Job } from "../../../src/flows/ports/jobs.ts";
import { aChange, aFinding, aRepo, aSha } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

const now = "2026-11-02T00:00:00.000Z";
const question = { scanner: "s", object: aSha("b"), place: "p" };
const answer = { kind: "scanned", bytes: 1, said: { findings: [], gaps: [] } } as const;

forEachDatabase((get) => {
  let queue: DurableJobQueue<Job | HandleDelivery>;
  beforeAll(async () => {
    queue = await createJobQueue(get().database, storeJobs, silentLog);
  });
  afterAll(() => queue.stop());

  let ids = 0;
  /** Everything that is stored about a repository of its own. */
  const start = async (fields: Partial<RepoRef> = {}) => {
    ids += 1;
    const { database } = get();
    const repo = aRepo({ repoId: 500 + ids, installationId: 50 + ids, ...fields });
    const stores = {
      records: createRepositoryRecords(database),
      incidents: createIncidentStore(database, queue, () => ""),
      histories: createHistoryStore(database, queue),
      scans: createScanStore(database, queue),
      memory: createScanMemory(database, () => now, 90),
    };
    const place = { repoId: repo.repoId, commit: aSha("c"), blob: aSha("b"), path: "a", line: 1, seenAt: now };
    const incident: Incident = {
      ...openIncident({ id: `r-${ids}`, home: repo, finding: aFinding(), occurrences: [{ kind: "code", ...place }] }),
      filing: { kind: "issue", repo, number: 3, audience: "members" },
    };
    await stores.incidents.save(incident, null, []);
    await stores.histories.begin(repo, "installed");
    const change = aChange({ repo });
    await stores.scans.begin(change);
    await stores.memory.remember(repo, [{ question, answer }]);
    const scopes = () => stores.scans.scopesOf({ repo, sha: change.head });
    return { ...stores, repo, incident, scopes };
  };

  it("what a repository is called now stands wherever it is named, and an incident can still be changed", async () => {
    const { records, repo, incident, incidents, histories, scopes } = await start();
    const next = { ...repo, owner: "others", name: "store", visibility: "public" } as const;
    await records.follow(next);
    const followed = await incidents.byId(incident.id);
    expect(followed).toEqual({ ...incident, home: next, filing: { ...incident.filing, repo: next } });
    expect((await histories.of(repo.repoId))?.repo).toEqual(next);
    expect((await scopes()).map(({ head }) => head.repo)).toEqual([next]);
    if (!followed) throw new Error("it is there");
    expect(await incidents.save({ ...followed, reopenings: 1 }, followed, [])).toBe("saved");
  });

  it("the incidents of a repository are those that were seen there and those that are filed there", async () => {
    const { records, incidents, incident, repo } = await start();
    const { repo: elsewhere, incident: other } = await start();
    const filed = { ...other, filing: { kind: "issue", repo, number: 9, audience: "members" } } as const;
    expect(await incidents.save(filed, other, [])).toBe("saved");
    const { installationId } = repo;
    expect(await records.incidentsOf(repo.repoId)).toEqual([
      { id: incident.id, installationId },
      { id: other.id, installationId: elsewhere.installationId },
    ]);
  });

  it("what was kept of a repository is forgotten, and its incidents are not", async () => {
    const { records, repo, incidents, incident, histories, scopes, memory } = await start();
    await records.forget(999, repo.repoId);
    expect(await scopes()).toHaveLength(1);
    await records.forget(repo.installationId, repo.repoId);
    expect(await scopes()).toEqual([]);
    expect(await histories.of(repo.repoId)).toBeNull();
    expect(await memory.recall(repo, [question])).toEqual([null]);
    expect(await incidents.byId(incident.id)).toEqual(incident);
  });

  it("an installation is forgotten with the work that waits for it, and another's is left alone", async () => {
    const [gone, stays] = [await start(), await start()];
    await gone.records.forgetInstallation(gone.repo.installationId);
    const { rows } = await get().database.pool.query<{ group_id: string }>(
      "select distinct group_id from pgboss.job where group_id = any($1)",
      [[gone, stays].map(({ repo }) => String(repo.installationId))],
    );
    expect(rows).toEqual([{ group_id: String(stays.repo.installationId) }]);
    expect([await gone.scopes(), await stays.scopes()].map(({ length }) => length)).toEqual([0, 1]);
    expect(await gone.incidents.byId(gone.incident.id)).toEqual(gone.incident);
  });
});
