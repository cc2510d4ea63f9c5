import { join, resolve } from "node:path";
import { openDatabase } from "../adapters/postgres/database.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { IncidentStore } from "../flows/ports/incident-store.ts";
import { composeStores, masterKeysOf } from "./compose-stores.ts";
import type { StoreSettings } from "./settings.ts";

/** Incidents to be read. */
export type IncidentArchive = Pick<IncidentStore, "byId" | "list" | "timeline" | "checkTimeline"> & {
  readonly close: () => Promise<void>;
};

/** Opens the database for reading incidents, beside a running server if it is on a PostgreSQL server. Throws, saying what to do. */
export async function openIncidentArchive(settings: StoreSettings): Promise<IncidentArchive> {
  const dataDir = resolve(settings.dataDir);
  const keys = masterKeysOf(settings, dataDir);
  const database = await openDatabase({
    url: settings.databaseUrl ?? undefined,
    directory: join(dataDir, "database"),
    log: createLogger("warn"),
  });
  const noQueue = { enqueueIn: () => Promise.reject(new Error("an archive is only read")) };
  const { byId, list, timeline, checkTimeline } = composeStores(database, noQueue, keys).incidents;
  return { byId, list, timeline, checkTimeline, close: () => database.close() };
}
