import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHistoryStore } from "../../../src/adapters/postgres/history-store.ts";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createJobQueue, type DurableJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { createSuppressionStore } from "../../../src/adapters/postgres/suppression-store.ts";
import { createScanStore } from "../../../src/adapters/postgres/scan-store.ts";
import type { HandleDelivery, Job } from "../../../src/flows/ports/jobs.ts";
import { historyStoreContract } from "../../contracts/history-store.ts";
import { incidentStoreContract } from "../../contracts/incident-store.ts";
import { suppressionStoreContract } from "../../contracts/suppression-store.ts";
import { scanStoreContract } from "../../contracts/scan-store.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

forEachDatabase((get) => {
  let queue: DurableJobQueue<Job | HandleDelivery> | undefined;
  beforeAll(async () => {
    queue = await createJobQueue(get().database, storeJobs, silentLog);
  });
  afterAll(() => queue?.stop());

  const queued = async (): Promise<readonly Job[]> => {
    const { rows } = await get().database.pool.query<{ data: Job }>("select data from pgboss.job");
    return rows.map(({ data }) => data);
  };
  const underTest = <Store>(create: (queue: DurableJobQueue<Job | HandleDelivery>) => Store) => {
    if (!queue) throw new Error("the queue is open while tests run only");
    return { store: create(queue), queued };
  };

  describe("scan store", () => {
    scanStoreContract(() => underTest((queue) => createScanStore(get().database, queue)));
  });
  describe("suppression store", () => {
    suppressionStoreContract(() => underTest((queue) => createSuppressionStore(get().database, queue)));
    it("whose database refuses to change what was said", async () => {
      const { pool } = get().database;
      for (const attempt of ["update suppression_events set kind = 'approved'", "delete from suppression_events"])
        await expect(pool.query(attempt)).rejects.toThrow(/is kept as it is/);
    });
  });
  describe("history store", () => {
    historyStoreContract(() => underTest((queue) => createHistoryStore(get().database, queue)));
  });
  describe("incident store", () => {
    incidentStoreContract(() => underTest((queue) => createIncidentStore(get().database, queue, hash)));
  });
});
