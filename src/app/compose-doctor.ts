import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { gitVersion } from "../adapters/git/git-version.ts";
import { createGithubApp } from "../adapters/github/app.ts";
import { examineApp } from "../adapters/github/examine-app.ts";
import { createHookDeliveries } from "../adapters/github/hook-deliveries.ts";
import { examineDatabase } from "../adapters/postgres/examine-database.ts";
import { examineFiles } from "../adapters/system/examine-files.ts";
import { createLogger } from "../adapters/system/logger.ts";
import { createSealer } from "../adapters/system/sealer.ts";
import type { Attempt } from "../core/delivery/missing-deliveries.ts";
import type { Diagnosis } from "../core/doctor/diagnosis.ts";
import { judgeRotation } from "../core/doctor/judge-rotation.ts";
import { examineSetup } from "../flows/examine-setup.ts";
import type { Sealer } from "../flows/ports/system.ts";
import { readAppManifest } from "./app-manifest.ts";
import { appKeyOf } from "./compose-secrets.ts";
import { masterKeysOf } from "./compose-stores.ts";
import { fromFile, type Settings } from "./settings.ts";

const patienceMs = 10_000;

/** Examines an installed Keyward by its settings. Nothing is changed, neither here nor at GitHub. */
export async function runDoctor(settings: Settings, environment: NodeJS.ProcessEnv): Promise<readonly Diagnosis[]> {
  const dataDir = resolve(settings.dataDir);
  const github = createGithubApp({
    appId: settings.appId,
    ...appKeyOf(settings.privateKey, environment),
    webhookSecret: settings.webhookSecrets[0]?.secret ?? "",
    baseUrl: settings.githubApiUrl,
    log: createLogger("silent"),
  });
  const deliveries = createHookDeliveries(github);
  const secretFiles = fromFile.flatMap((name) => environment[`${name}_FILE`] ?? []).map((path) => resolve(path));
  const { default_permissions: permissions, default_events: events } = readAppManifest();
  const found = await examineSetup(
    { permissions, events },
    {
      ...examineApp(github, () => new Date()),
      attemptsSince: async (time) => {
        const attempts: Attempt[] = [];
        for await (const page of deliveries.since(time)) attempts.push(...page);
        return attempts;
      },
      healthAt,
      gitVersion,
      database: () =>
        examineDatabase({
          url: settings.databaseUrl,
          directory: join(dataDir, "database"),
          sealer: sealerAtHand(settings, dataDir),
        }),
      files: async () =>
        examineFiles([...secretFiles, join(dataDir, "master.key"), join(dataDir, "repositories"), resolve(".env")]),
    },
    () => new Date().toISOString(),
  );
  const { webhookSecrets, masterKeys } = settings;
  return [...judgeRotation({ webhookSecrets, masterKeys: masterKeys ?? [] }, new Date().toISOString()), ...found];
}

/** Of the keys that the server would take; none is made. */
function sealerAtHand(settings: Settings, dataDir: string): Sealer | null {
  const isMade = settings.masterKeys !== null || existsSync(join(dataDir, "master.key"));
  return isMade ? createSealer(masterKeysOf(settings, dataDir)) : null;
}

/** Keyward's health check stands beside the path that webhooks are sent to. */
async function healthAt(webhookUrl: string): Promise<number> {
  const health = new URL(webhookUrl);
  health.pathname = health.pathname.replace(/(\/api\/github)?\/webhooks\/?$/, "") + "/healthz";
  const answer = await fetch(health, { redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
  await answer.body?.cancel();
  return answer.status;
}
