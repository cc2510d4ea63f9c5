import type { Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import { deliveriesScopesIncidents } from "./migrations/0001-deliveries-scopes-incidents.ts";
import { occurrencesOfAnyKind } from "./migrations/0006-occurrences-of-any-kind.ts";
import { incidentTimelines } from "./migrations/0007-incident-timelines.ts";
import { providerRequests } from "./migrations/0008-provider-requests.ts";
import { sinkProgress } from "./migrations/0009-sink-progress.ts";
import { sourcesOfScopes } from "./migrations/0010-sources-of-scopes.ts";
import { texts } from "./migrations/0011-texts.ts";
import { lastGoodFiles } from "./migrations/0012-last-good-files.ts";
import { suppressions } from "./migrations/0013-suppressions.ts";
import { scanMemory } from "./migrations/0014-scan-memory.ts";
import { unfinishedScopes } from "./migrations/0015-unfinished-scopes.ts";
import { postures } from "./migrations/0016-postures.ts";
import { postureFixes } from "./migrations/0017-posture-fixes.ts";
import { visibilities } from "./migrations/0018-visibilities.ts";
import { watermarks } from "./migrations/0019-watermarks.ts";
import { histories } from "./migrations/0020-histories.ts";
import { pushesOfIncidents } from "./migrations/0021-pushes-of-incidents.ts";
import { githubPauses } from "./migrations/0025-github-pauses.ts";
import { happenings } from "./migrations/0026-happenings.ts";
import { fingerprintAliases } from "./migrations/0024-fingerprint-aliases.ts";
import { githubPaces } from "./migrations/0029-github-paces.ts";
import { hookNetworks } from "./migrations/0030-hook-networks.ts";
import { sinkBacklogs } from "./migrations/0031-sink-backlogs.ts";
import { gitAccess } from "./migrations/0032-git-access.ts";
import { githubBudgets } from "./migrations/0033-github-budgets.ts";
import { plannedAt } from "./migrations/0034-planned-at.ts";
import { easedHeads } from "./migrations/0035-eased-heads.ts";
import { looks } from "./migrations/0036-looks.ts";
import type { Tables } from "./tables.ts";

/** Every migration, oldest first, under the name that the database remembers it by. One that was released is never changed. */
const migrations: Readonly<Record<string, Migration>> = {
  "0001-deliveries-scopes-incidents": deliveriesScopesIncidents,
  "0006-occurrences-of-any-kind": occurrencesOfAnyKind,
  "0007-incident-timelines": incidentTimelines,
  "0008-provider-requests": providerRequests,
  "0009-sink-progress": sinkProgress,
  "0010-sources-of-scopes": sourcesOfScopes,
  "0011-texts": texts,
  "0012-last-good-files": lastGoodFiles,
  "0013-suppressions": suppressions,
  "0014-scan-memory": scanMemory,
  "0015-unfinished-scopes": unfinishedScopes,
  "0016-postures": postures,
  "0017-posture-fixes": postureFixes,
  "0018-visibilities": visibilities,
  "0019-watermarks": watermarks,
  "0020-histories": histories,
  "0021-pushes-of-incidents": pushesOfIncidents,
  "0024-fingerprint-aliases": fingerprintAliases,
  "0025-github-pauses": githubPauses,
  "0026-happenings": happenings,
  "0029-github-paces": githubPaces,
  "0030-hook-networks": hookNetworks,
  "0031-sink-backlogs": sinkBacklogs,
  "0032-git-access": gitAccess,
  "0033-github-budgets": githubBudgets,
  "0034-planned-at": plannedAt,
  "0035-eased-heads": easedHeads,
  "0036-looks": looks,
};

/** The name of the last migration that this version of Keyward knows. */
export const newestMigration: string = Object.keys(migrations).toSorted().at(-1) ?? "";

/**
 * Brings the tables up to date, all migrations in one transaction. Several processes may do so at once: they wait for each
 * other. Throws when the database was made by a newer version.
 */
export async function migrate(kysely: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error && error.message.startsWith("corrupted migrations") ? newer : failed;
  throw new Error(reason, { cause: error });
}

const newer =
  "The database was changed by another version of Keyward than this one (its list of migrations differs). " +
  "Run the version that was used last, or a newer one.";
const failed = "The database's tables could not be brought up to date; nothing was changed.";
