import { createGithubApp, type GithubApp } from "../adapters/github/app.ts";
import { createFactGatherer } from "../adapters/github/facts/gather.ts";
import { createKeywardConfigReader } from "../adapters/github/keyward-config.ts";
import { createLogger } from "../adapters/system/logger.ts";
import { describeNotice } from "../core/config/config-notice.ts";
import { allChecks } from "../core/posture/all-checks.ts";
import { type FixStep, shownStep } from "../core/posture/fixes/fix-plan.ts";
import type { FixMode } from "../core/posture/posture-config.ts";
import type { PostureTerms } from "../core/posture/terms.ts";
import { checkPosture, type Posture, type PosturePorts } from "../flows/check-posture.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import type { PostureConfigOf } from "../flows/ports/posture-config.ts";
import { planFixes } from "../flows/plan-fixes.ts";
import { composeFixes } from "./compose-fixes.ts";
import { composeFileScanner } from "./compose-file-scanner.ts";
import { appKeyOf } from "./compose-secrets.ts";
import type { Settings } from "./settings.ts";

export type PostureReport = ({ readonly kind: "checked" } & Posture) | { readonly kind: "not-installed" };

/** What looks at the posture of repositories, without a server or a database. */
function groundOf(settings: Settings): { readonly github: GithubApp; readonly ports: PosturePorts } {
  const { appId, githubApiUrl, webhookSecrets } = settings;
  const log = createLogger(settings.logLevel);
  const webhookSecret = webhookSecrets[0]?.secret ?? "";
  const key = appKeyOf(settings.privateKey, process.env);
  const github = createGithubApp({ appId, ...key, webhookSecret, baseUrl: githubApiUrl, log });
  // Nothing is remembered between two runs of a command.
  const lastGood = { of: async () => null, note: async () => {} };
  return {
    github,
    ports: {
      gatherFacts: createFactGatherer(github, composeFileScanner()),
      postureConfigOf: postureConfigIn(createKeywardConfigReader(github, lastGood, log).configOf),
      clock: () => new Date().toISOString(),
      appId,
    },
  };
}

/** Puts together what looks at the posture of a repository. */
export function composePosture(
  settings: Settings,
): (
  repository: { readonly owner: string; readonly name: string },
  changes: Partial<PostureTerms>,
) => Promise<PostureReport> {
  const { github, ports } = groundOf(settings);
  return async ({ owner, name }, changes) => {
    const installationId = await github.installationOf({ owner, repo: name });
    if (installationId === null) return { kind: "not-installed" };
    return { kind: "checked", ...(await checkPosture({ installationId, owner, name }, ports, changes)) };
  };
}

export type FixPlanReport =
  | { readonly kind: "planned"; readonly problems: readonly string[]; readonly steps: readonly FixStep[] }
  | { readonly kind: "not-installed" };

/** Puts together what plans the fixes of a repository. With a mode, as if the configuration asked for it of every claim. */
export function composeFixPlan(
  settings: Settings,
): (
  repository: { readonly owner: string; readonly name: string },
  mode: Exclude<FixMode, "off"> | null,
) => Promise<FixPlanReport> {
  const { github, ports } = groundOf(settings);
  const fixPorts = composeFixes(github);
  return async ({ owner, name }, mode) => {
    const installationId = await github.installationOf({ owner, repo: name });
    if (installationId === null) return { kind: "not-installed" };
    const subject = { installationId, owner, name };
    const { config, ...posture } = await checkPosture(subject, ports);
    const fixes = mode === null ? config.fixes : Object.fromEntries(allChecks.map(({ id }) => [id, mode]));
    const steps = await planFixes(subject, { ...posture, config: { ...config, fixes } }, fixPorts);
    const shown = steps.map((step) => shownStep(step, fixPorts.hashOf));
    return { kind: "planned", problems: posture.problems, steps: shown };
  };
}

/** The section about posture, of all that is configured. */
export const postureConfigIn =
  (configOf: KeywardConfigOf): PostureConfigOf =>
  async (subject) => {
    const { posture, notices } = await configOf(subject);
    return { config: posture, problems: notices.map(describeNotice) };
  };
