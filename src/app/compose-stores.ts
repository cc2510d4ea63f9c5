import type { Database } from "../adapters/postgres/database.ts";
import { createIncidentStore } from "../adapters/postgres/incident-store.ts";
import type { Enqueuer } from "../adapters/postgres/job-queue.ts";
import { createSealedTexts, type SealedTexts } from "../adapters/postgres/sealed-texts.ts";
import { createSuppressionStore } from "../adapters/postgres/suppression-store.ts";
import { masterKeyIn } from "../adapters/system/master-key.ts";
import { createSealer } from "../adapters/system/sealer.ts";
import { createTimelineHash } from "../adapters/system/timeline-hash.ts";
import type { IncidentStore } from "../flows/ports/incident-store.ts";
import type { Job } from "../flows/ports/jobs.ts";
import type { SuppressionStore } from "../flows/ports/suppressions.ts";
import { notingDismissals } from "../flows/note-happenings.ts";
import type { Sealer } from "../flows/ports/system.ts";
import type { MasterKeyRing } from "./master-key-setting.ts";
import type { StoreSettings } from "./settings.ts";

/** The keys that are set, or the one that the data directory has, made there if need be. */
export const masterKeysOf = ({ masterKeys }: Pick<StoreSettings, "masterKeys">, dataDir: string): MasterKeyRing =>
  masterKeys ?? [{ id: 1, master: masterKeyIn(dataDir), until: null }];

/** What is stored under the master keys: timelines are bound by them, and people's words sealed. */
export type KeyedStores = {
  readonly sealer: Sealer;
  /** For what other stores hold of people's words. */
  readonly sealedTexts: SealedTexts;
  readonly incidents: IncidentStore;
  readonly suppressions: SuppressionStore;
};

export function composeStores(
  database: Pick<Database, "kysely">,
  queue: Enqueuer<Job>,
  masterKeys: MasterKeyRing,
): KeyedStores {
  const [{ master }, ...former] = masterKeys;
  const sealer = createSealer(masterKeys);
  const texts = createSealedTexts(sealer);
  const hash = createTimelineHash(master, ...former.map((key) => key.master));
  return {
    sealer,
    sealedTexts: texts,
    incidents: createIncidentStore(database, queue, hash, texts),
    suppressions: notingDismissals(createSuppressionStore(database, queue, texts)),
  };
}
