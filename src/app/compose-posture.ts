import { createGithubApp } from "../adapters/github/app.ts";
import { createFactGatherer } from "../adapters/github/facts/gather.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { PostureResult } from "../core/posture/evaluate.ts";
import { defaultTerms, type PostureTerms } from "../core/posture/terms.ts";
import { checkPosture } from "../flows/check-posture.ts";
import type { Settings } from "./settings.ts";

export type PostureReport =
  { readonly kind: "checked"; readonly results: readonly PostureResult[] } | { readonly kind: "not-installed" };

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
  const gatherFacts = createFactGatherer(github);
  return async ({ owner, name }, changes) => {
    const installationId = await github.installationOf({ owner, repo: name });
    if (installationId === null) return { kind: "not-installed" };
    const terms = { ...defaultTerms(appId), ...changes };
    const clock = (): string => new Date().toISOString();
    return {
      kind: "checked",
      results: await checkPosture({ installationId, owner, name }, { gatherFacts, clock, terms }),
    };
  };
}
