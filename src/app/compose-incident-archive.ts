import { join, resolve } from "node:path";
import { openDatabase } from "../adapters/postgres/database.ts";
import { createIncidentStore } from "../adapters/postgres/incident-store.ts";
import { createLogger } from "../adapters/system/logger.ts";
import { masterKeyIn } from "../adapters/system/master-key.ts";
import { createTimelineHash } from "../adapters/system/timeline-hash.ts";
import type { IncidentStore } from "../flows/ports/incident-store.ts";
import type { StoreSettings } from "./settings.ts";

/** Incidents to be read. */
export type IncidentArchive = Pick<IncidentStore, "byId" | "list" | "timeline" | "checkTimeline"> & {
  readonly close: () => Promise<void>;
};

/** Opens the database for reading incidents, beside a running server if it is on a PostgreSQL server. Throws, saying what to do. */
export async function openIncidentArchive(settings: StoreSettings): Promise<IncidentArchive> {
  const dataDir = resolve(settings.dataDir);
  const [masterKey, ...former] = settings.masterKeys?.map(({ master }) => master) ?? [masterKeyIn(dataDir)];
  if (masterKey === undefined) throw new Error("There is no master key.");
  const database = await openDatabase({
    url: settings.databaseUrl ?? undefined,
    directory: join(dataDir, "database"),
    log: createLogger("warn"),
  });
  const noQueue = { enqueueIn: () => Promise.reject(new Error("an archive is only read")) };
  const hash = createTimelineHash(masterKey, ...former);
  const { byId, list, timeline, checkTimeline } = createIncidentStore(database, noQueue, hash);
  return { byId, list, timeline, checkTimeline, close: () => database.close() };
}
