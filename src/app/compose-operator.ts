import { join, resolve } from "node:path";
import { createGithubApp } from "../adapters/github/app.ts";
import { createCommandDesk } from "../adapters/github/command-desk.ts";
import { createCommitAuthors } from "../adapters/github/commit-authors.ts";
import { createKeywardConfigReader } from "../adapters/github/keyward-config.ts";
import { openDatabase, type Database } from "../adapters/postgres/database.ts";
import { createFingerprintNames } from "../adapters/postgres/fingerprint-names.ts";
import { createJobQueue } from "../adapters/postgres/job-queue.ts";
import { createLastGoodFiles } from "../adapters/postgres/last-good-files.ts";
import { createScanStore } from "../adapters/postgres/scan-store.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { IncidentStore } from "../flows/ports/incident-store.ts";
import type { Clock } from "../flows/ports/system.ts";
import { runOperatorCommand, type OperatorCommand } from "../flows/run-operator-command.ts";
import { tellingSinks } from "../flows/tell-sink.ts";
import { whyNotRevoked } from "./compose-incidents.ts";
import { composeProviders } from "./compose-providers.ts";
import { composeScanners } from "./compose-scanners.ts";
import { appKeyOf } from "./compose-secrets.ts";
import { composeSinks } from "./compose-sinks.ts";
import { composeStores, masterKeysOf } from "./compose-stores.ts";
import type { Settings } from "./settings.ts";
import { jobDefinitions, type AnyJob } from "./worker/jobs.ts";

/** What an operator can pass on to incidents. */
export type OperatorDesk = Pick<IncidentStore, "byId" | "list"> & {
  readonly say: (said: OperatorCommand) => ReturnType<typeof runOperatorCommand>;
  readonly close: () => Promise<void>;
};

const clock: Clock = () => new Date().toISOString();

/**
 * Opens the database for what people say by way of an operator, beside running servers if it is on a PostgreSQL server: their workers do
 * what follows. Throws, saying what to do.
 */
export async function openOperatorDesk(settings: Settings): Promise<OperatorDesk> {
  const database = await openDatabase({
    url: settings.databaseUrl ?? undefined,
    directory: join(resolve(settings.dataDir), "database"),
    log: createLogger("warn"),
  });
  try {
    return await deskOn(database, settings);
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

async function deskOn(database: Database, settings: Settings): Promise<OperatorDesk> {
  const log = createLogger("warn");
  const masterKeys = masterKeysOf(settings, resolve(settings.dataDir));
  const queue = await createJobQueue<AnyJob>(database, jobDefinitions, log);
  const github = createGithubApp({
    appId: settings.appId,
    ...appKeyOf(settings.privateKey, process.env),
    // Nothing is received here.
    webhookSecret: "",
    baseUrl: settings.githubApiUrl,
    log,
  });
  const { sinks } = composeSinks({ database, queue, urls: github.urls, clock, sinksFile: settings.sinksFile });
  const { suppressions, ...stores } = composeStores(database, queue, masterKeys);
  const incidents = tellingSinks(stores.incidents, sinks);
  const { configOf, providerConfigOf } = createKeywardConfigReader(github, createLastGoodFiles(database), log);
  const providers = composeProviders({ database, clock, configOf: providerConfigOf, hooksFile: settings.hooksFile });
  const { rename } = createFingerprintNames(database);
  const scanners = composeScanners(masterKeys, { ...settings.scanning, warm: false }, rename);
  const ports = {
    incidents,
    suppressions,
    scans: createScanStore(database, queue),
    desk: createCommandDesk(github),
    authorsOfCommits: createCommitAuthors(github),
    scannerFor: scanners.interactive,
    incidentConfigOf: async (...about: Parameters<typeof configOf>) => (await configOf(...about)).incidents,
    cannotRevoke: (incident: Parameters<typeof whyNotRevoked>[0]) => whyNotRevoked(incident, providers),
    rotationSteps: (ruleId: string) => providers.factsOf(ruleId).playbook,
    clock,
  };
  return {
    byId: incidents.byId,
    list: incidents.list,
    say: (said) => runOperatorCommand(said, ports),
    close: async () => {
      await scanners.close();
      await queue.stop();
      await database.close();
    },
  };
}
