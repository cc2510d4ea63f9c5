import { createGithubApp } from "../adapters/github/app.ts";
import { createFactGatherer } from "../adapters/github/facts/gather.ts";
import { createPostureConfigReader } from "../adapters/github/posture-config.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { PostureTerms } from "../core/posture/terms.ts";
import { checkPosture, type Posture } from "../flows/check-posture.ts";
import type { Settings } from "./settings.ts";

export type PostureReport = ({ readonly kind: "checked" } & Posture) | { readonly kind: "not-installed" };

/** Puts together what looks at the posture of a repository, without a server or a database. */
export function composePosture(
  settings: Settings,
): (
  repository: { readonly owner: string; readonly name: string },
  changes: Partial<PostureTerms>,
) => Promise<PostureReport> {
  const { appId, privateKey, githubApiUrl, webhookSecrets } = settings;
  const log = createLogger(settings.logLevel);
  const [webhookSecret = ""] = webhookSecrets;
  const github = createGithubApp({ appId, privateKey, webhookSecret, baseUrl: githubApiUrl, log });
  const ports = {
    gatherFacts: createFactGatherer(github),
    postureConfigOf: createPostureConfigReader(github),
    clock: () => new Date().toISOString(),
    appId,
  };
  return async ({ owner, name }, changes) => {
    const installationId = await github.installationOf({ owner, repo: name });
    if (installationId === null) return { kind: "not-installed" };
    return { kind: "checked", ...(await checkPosture({ installationId, owner, name }, ports, changes)) };
  };
}
