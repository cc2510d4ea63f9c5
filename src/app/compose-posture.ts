import { createGithubApp } from "../adapters/github/app.ts";
import { createFactGatherer } from "../adapters/github/facts/gather.ts";
import { createKeywardConfigReader } from "../adapters/github/keyward-config.ts";
import { createLogger } from "../adapters/system/logger.ts";
import { describeNotice } from "../core/config/keyward-config.ts";
import type { PostureTerms } from "../core/posture/terms.ts";
import { checkPosture, type Posture } from "../flows/check-posture.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import type { PostureConfigOf } from "../flows/ports/posture-config.ts";
import { composeFileScanner } from "./compose-file-scanner.ts";
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
  // Nothing is remembered between two runs of a command.
  const lastGood = { of: async () => null, note: async () => {} };
  const ports = {
    gatherFacts: createFactGatherer(github, composeFileScanner()),
    postureConfigOf: postureConfigIn(createKeywardConfigReader(github, lastGood, log).configOf),
    clock: () => new Date().toISOString(),
    appId,
  };
  return async ({ owner, name }, changes) => {
    const installationId = await github.installationOf({ owner, repo: name });
    if (installationId === null) return { kind: "not-installed" };
    return { kind: "checked", ...(await checkPosture({ installationId, owner, name }, ports, changes)) };
  };
}

/** The section about posture, of all that is configured. */
export const postureConfigIn =
  (configOf: KeywardConfigOf): PostureConfigOf =>
  async (subject) => {
    const { posture, notices } = await configOf(subject);
    return { config: posture, problems: notices.map(describeNotice) };
  };
