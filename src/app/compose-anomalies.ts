import { join, resolve } from "node:path";
import { createAnomalyFigures } from "../adapters/postgres/anomaly-figures.ts";
import { openDatabase } from "../adapters/postgres/database.ts";
import { createHappeningStore } from "../adapters/postgres/happening-store.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { AnomalyTerms } from "../core/anomaly/judge.ts";
import type { Happening } from "../core/export/happening.ts";
import { lookForAnomalies, type Looked } from "../flows/watch-anomalies.ts";
import type { StoreSettings } from "./settings.ts";

/** What was out of the ordinary, and what cannot be judged at the moment. */
export type AnomalyDesk = {
  readonly list: (kind: "anomaly" | "unknown", limit: number) => Promise<readonly Happening[]>;
  readonly look: () => Promise<Looked>;
  readonly close: () => Promise<void>;
};

/** Opens the database to read it, beside running servers if it is on a PostgreSQL server. Throws, saying what to do. */
export async function openAnomalies(settings: StoreSettings, anomalyTerms: AnomalyTerms): Promise<AnomalyDesk> {
  const database = await openDatabase({
    url: settings.databaseUrl ?? undefined,
    directory: join(resolve(settings.dataDir), "database"),
    log: createLogger("warn"),
  });
  const clock = (): string => new Date().toISOString();
  // Nothing is queued here.
  const happenings = createHappeningStore(database, { enqueueIn: async () => 0 });
  return {
    list: happenings.list,
    look: () => lookForAnomalies({ anomalyFigures: createAnomalyFigures(database), anomalyTerms, clock }),
    close: () => database.close(),
  };
}
