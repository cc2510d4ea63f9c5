import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { createCodeReader, defaultLimits } from "../adapters/git/code-reader.ts";
import type { FetchNotice } from "../adapters/git/remote.ts";
import { createGithubApp, type GithubApp } from "../adapters/github/app.ts";
import type { SharedPacing } from "../adapters/github/pacing.ts";
import { createKeywardConfigReader } from "../adapters/github/keyward-config.ts";
import { createCheckRuns } from "../adapters/github/check-runs.ts";
import { createHookDeliveries } from "../adapters/github/hook-deliveries.ts";
import { saidOf, unopenedTexts } from "../adapters/postgres/sealed-with.ts";
import { createVisibilities } from "../adapters/postgres/visibilities.ts";
import { createWatermarks } from "../adapters/postgres/watermarks.ts";
import { databaseReady, openDatabase, type Database } from "../adapters/postgres/database.ts";
import { createAnomalyFigures } from "../adapters/postgres/anomaly-figures.ts";
import { createDeliveryStore } from "../adapters/postgres/delivery-store.ts";
import { createFingerprintNames } from "../adapters/postgres/fingerprint-names.ts";
import { createHookNetworks } from "../adapters/postgres/hook-networks.ts";
import { createLastGoodFiles } from "../adapters/postgres/last-good-files.ts";
import { createKeptAnswers } from "../adapters/postgres/kept-answers.ts";
import { createJobQueue, defaultTimes } from "../adapters/postgres/job-queue.ts";
import { createScanStore } from "../adapters/postgres/scan-store.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { Metrics } from "../adapters/system/metrics.ts";
import type { FingerprintNames } from "../flows/ports/fingerprint-names.ts";
import type { KeptAnswers } from "../flows/ports/kept-answers.ts";
import type { Clock, Logger } from "../flows/ports/system.ts";
import type { Trace } from "../flows/ports/tracing.ts";
import { tellingSinks } from "../flows/tell-sink.ts";
import { composeAccess } from "./compose-access.ts";
import { composeDoor } from "./compose-door.ts";
import { composeHistories } from "./compose-histories.ts";
import { composeIncidents, ofInstallation } from "./compose-incidents.ts";
import { composePostureWatch, posturePeriodicJobs } from "./compose-posture-watch.ts";
import { composeMetrics } from "./compose-metrics.ts";
import { sharedPacing } from "./compose-pacing.ts";
import { composeProviders, type ProviderRoutes } from "./compose-providers.ts";
import { composeKeeping } from "./compose-keeping.ts";
import { composeScanners, type Scanners } from "./compose-scanners.ts";
import { appKeyOf } from "./compose-secrets.ts";
import { composeSinks } from "./compose-sinks.ts";
import { composeStores, masterKeysOf } from "./compose-stores.ts";
import { composeSuppressions } from "./compose-suppressions.ts";
import { composeTexts } from "./compose-texts.ts";
import { composeTracing } from "./compose-tracing.ts";
import { startPeriodicJobs } from "./periodic-jobs.ts";
import { healthRoutes } from "./http/health.ts";
import { createHttpServer } from "./http/server.ts";
import type { MasterKeyRing } from "./master-key-setting.ts";
import type { Settings } from "./settings.ts";
import { registerHandlers } from "./webhooks/handlers.ts";
import { webhookRoute } from "./webhooks/ingress.ts";
import { jobHandlers, onDeadJob } from "./worker/job-handlers.ts";
import { jobDefinitions, type AnyJob } from "./worker/jobs.ts";

/** A running server: the ingress and the worker of one process. */
export type KeywardServer = {
  readonly url: string;
  /** Takes no more webhooks, finishes or returns the jobs in hand, and closes the database. */
  readonly stop: () => Promise<void>;
};

/** What one process does of it: takes webhooks, works through the queue, or both. Any number may share one PostgreSQL. */
export const roles = ["all", "web", "worker"] as const;
export type Role = (typeof roles)[number];

/** Ways to elsewhere, for demonstrations and tests; no setting leads to them. */
export type Detours = { readonly providerRoutes?: ProviderRoutes };

const clock: Clock = () => new Date().toISOString();

/** Puts the server together and starts it. Throws, saying what to do, when a part of it cannot be used. */
export async function composeServer(
  settings: Settings,
  { role = "all", providerRoutes }: Detours & { readonly role?: Role } = {},
): Promise<KeywardServer> {
  const log = createLogger(settings.logLevel);
  const dataDir = resolve(settings.dataDir);
  const masterKeys = masterKeysOf(settings, dataDir);
  const database = await openDatabase({
    url: settings.databaseUrl ?? undefined,
    directory: join(dataDir, "database"),
    log,
  });
  let scanners: Scanners | null = null;
  try {
    const names = createFingerprintNames(database);
    scanners = composeScanners(masterKeys, { ...settings.scanning, warm: role !== "web" }, names.rename);
    const { close } = scanners;
    const server = await startServer({
      settings,
      role,
      database,
      dataDir,
      masterKeys,
      names,
      scanners,
      log,
      providerRoutes,
    });
    return {
      url: server.url,
      stop: async () => {
        await server.stop();
        await Promise.all([close(), database.close()]);
        log.info("stopped");
      },
    };
  } catch (cause) {
    await Promise.all([scanners?.close(), database.close()]);
    throw cause;
  }
}

type Foundation = {
  readonly settings: Settings;
  readonly role: Role;
  readonly database: Database;
  readonly dataDir: string;
  readonly masterKeys: MasterKeyRing;
  readonly names: FingerprintNames;
  readonly scanners: Scanners;
  readonly log: Logger;
  readonly providerRoutes: ProviderRoutes | undefined;
};

async function startServer(foundation: Foundation): Promise<KeywardServer> {
  const { settings, role, database, dataDir, masterKeys, names, log, providerRoutes } = foundation;
  const metering = composeMetrics(database);
  const tracing = composeTracing(process.env);
  const { trace } = tracing;
  const { interactive: scannerFor, background: scannerInBackground } = tracing.scanners(
    metering.scanners(foundation.scanners),
  );
  const queue = await createJobQueue<AnyJob>(
    database,
    jobDefinitions,
    log,
    { ...defaultTimes, keep: settings.keep },
    tracing.jobTrace,
  );
  const { sealer, suppressions, ...stores } = composeStores(database, queue, masterKeys);
  for (const one of await unopenedTexts(database.pool, sealer))
    log.error(saidOf(one).found, { advice: saidOf(one).advice });
  const deliveries = createDeliveryStore(database, queue, sealer);
  const scans = createScanStore(database, queue);
  const { memory, boundCaches, cacheGrew, stop: stopForgetting } = composeKeeping(database, settings.keep, clock, log);
  const keptAnswers = createKeptAnswers(database, sealer, clock);
  const shared = sharedPacing(database);
  const github = githubOf(settings, metering.metrics, { keptAnswers, shared, trace }, log);
  const telling = composeSinks({
    database,
    queue,
    urls: github.urls,
    clock,
    sinksFile: settings.sinksFile,
    ...(providerRoutes && { route: providerRoutes.hooks }),
  });
  const incidents = tellingSinks(stores.incidents, telling.sinks);
  const reader = readerOf(github, dataDir, log, trace, cacheGrew);
  const lastGood = createLastGoodFiles(database);
  // Nobody waits for what is read in the background: it leaves verdicts their part of GitHub's hour.
  const newConfigReader = () => createKeywardConfigReader(github, lastGood, log);
  const { configOf: configInBackground } = newConfigReader();
  const { configOf, providerConfigOf, drillScheduleOf } = createKeywardConfigReader(
    { clientFor: github.verdictClientFor },
    lastGood,
    log,
  );
  const providers = composeProviders({
    database,
    clock,
    configOf: providerConfigOf,
    hooksFile: settings.hooksFile,
    ...(providerRoutes && { routes: providerRoutes }),
  });
  const visibilities = createVisibilities(database);
  registerHandlers(github.probot, { queue, visibilities, log });
  const texts = composeTexts({ github, database, dataDir, clock, log, trace, onFetched: cacheGrew });
  const caches = [{ directory: join(dataDir, "repositories"), drop: reader.dropCaches }, ...texts.wikiCaches];
  const { readBlob, readMessage } = reader;
  const histories = composeHistories({ github, database, queue, historyReader: reader, caches });
  const repoOf = ofInstallation(histories.histories);
  const reading = { readBlob, readMessage, texts: texts.texts, wikis: texts.wikis, repoOf };
  const ports = {
    deliveries,
    scans,
    memory,
    suppressions,
    queue,
    incidents,
    reader,
    configOf,
    past: reader.past,
    readBlob,
    clock,
    log,
    checkRuns: metering.checkRuns(createCheckRuns(github)),
    hookDeliveries: createHookDeliveries(github),
    watermarks: createWatermarks(database),
    visibilities,
    ...composeIncidents({ github, configOf, drillScheduleOf, reading, scannerFor, clock, providers }),
    ...composePostureWatch({
      github,
      keptAnswers,
      database,
      queue,
      texts: stores.sealedTexts,
      configOf: configInBackground,
      newConfigReader,
      scannerFor: scannerInBackground,
      settleSeconds: settings.postureSettleSeconds,
      log,
    }),
    ...texts,
    ...composeSuppressions({ github, configOf, readBlob: reader.readBlob, scannerFor, names }),
    ...histories,
    ...telling,
    ...composeAccess(github, database, masterKeys),
    anomalyFigures: createAnomalyFigures(database),
    anomalyTerms: settings.anomalies,
    scannerFor,
    scannerInBackground,
    configInBackground,
    issueUrl: github.urls.issue,
    dispatch: github.receive,
    newId: randomUUID,
  };
  const door = composeDoor(settings.door, github, log, createHookNetworks(database));
  const accept = tracing.accept(metering.accept(deliveries.accept));
  const webhooks = webhookRoute({ accept, secrets: settings.webhookSecrets, clock, log });
  const server = createHttpServer(
    [...(role === "worker" ? [] : [door.guard(webhooks)]), ...healthRoutes(() => databaseReady(database))],
    log,
    undefined,
    (request) => door.senderOf(request).overTls,
  );
  if (role !== "web") boundCaches(caches, settings.cacheGigabytes * 1e9);
  if (role !== "web")
    await queue.startWorkers(tracing.handlers(metering.handlers(jobHandlers(ports))), onDeadJob(ports));
  const stopAsking =
    role === "web"
      ? (): void => {}
      : startPeriodicJobs(queue, clock, log, posturePeriodicJobs(settings.postureSettleSeconds));
  const stopMetrics =
    settings.metricsPort === null ? null : await metering.serve(settings.host, settings.metricsPort, log);
  const { port } = await server.listen({ host: settings.host, port: settings.port });
  log.info("listening", { host: settings.host, port, role });
  return {
    url: `http://${settings.host === "0.0.0.0" ? "localhost" : settings.host}:${port}`,
    stop: async () => {
      stopAsking();
      await Promise.all([server.close(), stopMetrics?.()]);
      await queue.stop();
      await Promise.all([tracing.close(), reader.close(), texts.wikis.close(), stopForgetting()]);
    },
  };
}

function githubOf(
  settings: Settings,
  { githubLeft }: Metrics,
  {
    keptAnswers: answers,
    shared,
    trace,
  }: { readonly keptAnswers: KeptAnswers; readonly shared: SharedPacing; readonly trace: Trace },
  log: Logger,
): GithubApp {
  // Signatures are checked at the door.
  const webhookSecret = settings.webhookSecrets[0]?.secret ?? "";
  const { appId, githubApiUrl, githubWritesPerMinute: writesPerMinute } = settings;
  const kept = { answers, clock };
  return createGithubApp({
    appId,
    ...appKeyOf(settings.privateKey, process.env),
    webhookSecret,
    baseUrl: githubApiUrl,
    budgetLeft: githubLeft,
    writesPerMinute,
    kept,
    shared,
    trace,
    log,
  });
}

function readerOf(
  github: GithubApp,
  dataDir: string,
  log: Logger,
  trace: Trace,
  onFetched: FetchNotice,
): ReturnType<typeof createCodeReader> {
  return createCodeReader({
    cacheDir: join(dataDir, "repositories"),
    remoteUrl: ({ owner, name }) => `${github.urls.base}/${owner}/${name}.git`,
    token: github.installationToken,
    limits: defaultLimits,
    logger: log,
    now: clock,
    trace,
    onFetched,
  });
}
