import { join, resolve } from "node:path";
import { openDatabase } from "../adapters/postgres/database.ts";
import { createIncidentStore } from "../adapters/postgres/incident-store.ts";
import { createSealedTexts } from "../adapters/postgres/sealed-texts.ts";
import { createLogger } from "../adapters/system/logger.ts";
import { masterKeyIn } from "../adapters/system/master-key.ts";
import { createSealer } from "../adapters/system/sealer.ts";
import { createTimelineHash } from "../adapters/system/timeline-hash.ts";
import type { IncidentStore } from "../flows/ports/incident-store.ts";
import type { MasterKeyRing } from "./master-key-setting.ts";
import type { StoreSettings } from "./settings.ts";

/** Incidents to be read. */
export type IncidentArchive = Pick<IncidentStore, "byId" | "list" | "timeline" | "checkTimeline"> & {
  readonly close: () => Promise<void>;
};

/** Opens the database for reading incidents, beside a running server if it is on a PostgreSQL server. Throws, saying what to do. */
export async function openIncidentArchive(settings: StoreSettings): Promise<IncidentArchive> {
  const dataDir = resolve(settings.dataDir);
  const keys: MasterKeyRing = settings.masterKeys ?? [{ id: 1, master: masterKeyIn(dataDir), until: null }];
  const database = await openDatabase({
    url: settings.databaseUrl ?? undefined,
    directory: join(dataDir, "database"),
    log: createLogger("warn"),
  });
  const noQueue = { enqueueIn: () => Promise.reject(new Error("an archive is only read")) };
  const [{ master }, ...former] = keys;
  const hash = createTimelineHash(master, ...former.map((key) => key.master));
  const texts = createSealedTexts(createSealer(keys));
  const { byId, list, timeline, checkTimeline } = createIncidentStore(database, noQueue, hash, texts);
  return { byId, list, timeline, checkTimeline, close: () => database.close() };
}
