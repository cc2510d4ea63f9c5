import { join, resolve } from "node:path";
import { gitVersion } from "../adapters/git/git-version.ts";
import { createGithubApp } from "../adapters/github/app.ts";
import { examineApp } from "../adapters/github/examine-app.ts";
import { createHookDeliveries } from "../adapters/github/hook-deliveries.ts";
import { examineDatabase } from "../adapters/postgres/examine-database.ts";
import { examineFiles } from "../adapters/system/examine-files.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { Attempt } from "../core/delivery/missing-deliveries.ts";
import type { Diagnosis } from "../core/doctor/diagnosis.ts";
import { examineSetup } from "../flows/examine-setup.ts";
import { readAppManifest } from "./app-manifest.ts";
import { appKeyOf } from "./compose-secrets.ts";
import { fromFile, type Settings } from "./settings.ts";

const patienceMs = 10_000;

/** Examines an installed Keyward by its settings. Nothing is changed, neither here nor at GitHub. */
export function runDoctor(settings: Settings, environment: NodeJS.ProcessEnv): Promise<readonly Diagnosis[]> {
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
  return examineSetup(
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
      database: () => examineDatabase({ url: settings.databaseUrl, directory: join(dataDir, "database") }),
      files: async () =>
        examineFiles([...secretFiles, join(dataDir, "master.key"), join(dataDir, "repositories"), resolve(".env")]),
    },
    () => new Date().toISOString(),
  );
}

/** Keyward's health check stands beside the path that webhooks are sent to. */
async function healthAt(webhookUrl: string): Promise<number> {
  const health = new URL(webhookUrl);
  health.pathname = health.pathname.replace(/(\/api\/github)?\/webhooks\/?$/, "") + "/healthz";
  const answer = await fetch(health, { redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
  await answer.body?.cancel();
  return answer.status;
}
