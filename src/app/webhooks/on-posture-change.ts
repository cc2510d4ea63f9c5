import * as z from "zod";
import type { RepoRef } from "../../core/change/change.ts";
import { isWorkflow } from "../../core/posture/workflow-file.ts";
import { sensitiveKindOf } from "../../core/posture/sensitive-files.ts";
import { toByteText } from "../../core/scan/byte-text.ts";
import { askAbout, ignored, notGithubShape, repositoryPayload, type Asked, type WebhookHandler } from "./handler.ts";

const planned = (repo: RepoRef): Asked => ({
  kind: "jobs",
  jobs: [{ job: { name: "plan-posture", data: { repo } }, key: String(repo.repoId) }],
});

/** Names no repository. */
const ofOrganization = z.object({
  organization: z.object({ login: z.string() }),
  installation: z.object({ id: z.int().positive() }),
  repository: z.undefined().optional(),
});

const askAboutOne = askAbout("settings", repositoryPayload, (_, repo) => planned(repo));

/** Whatever it says happened, GitHub is asked how things are: events come late, out of order, or never. */
export const onSettingsChange: WebhookHandler = {
  events: [
    "branch_protection_rule",
    "branch_protection_configuration",
    "repository_ruleset",
    "security_and_analysis",
    "repository",
    "member",
    "deploy_key",
    "public",
  ],
  // A ruleset of the organization holds for many repositories, and held for others before it was changed.
  ask: (payload) => {
    const { success, data } = ofOrganization.safeParse(payload);
    if (!success) return askAboutOne(payload);
    const { id } = data.installation;
    return {
      kind: "jobs",
      jobs: [{ job: { name: "plan-all-postures", data: { installationId: id } }, key: String(id) }],
    };
  },
};

const installationPayload = z.object({ action: z.string(), installation: z.object({ id: z.int().positive() }) });

/** The app may see other repositories than before, or more of them. These events come unasked. */
export const onInstallationChange: WebhookHandler = {
  events: [
    "installation.created",
    "installation.unsuspend",
    "installation.new_permissions_accepted",
    "installation_repositories.added",
    "installation_repositories.removed",
  ],
  ask: (payload) => {
    const parsed = installationPayload.safeParse(payload);
    if (!parsed.success) return notGithubShape("installation", parsed.error);
    const { action, installation } = parsed.data;
    const data = { installationId: installation.id, permissions: action === "new_permissions_accepted" };
    return { kind: "jobs", jobs: [{ job: { name: "list-repositories", data }, key: String(installation.id) }] };
  },
};

const rerunPayload = repositoryPayload.extend({ check_run: z.object({ external_id: z.string().nullish() }) });

/** "Re-run" on the check run of a posture. */
export const onPostureRerun: WebhookHandler = {
  events: ["check_run.rerequested"],
  ask: askAbout("check_run", rerunPayload, ({ check_run: { external_id } }, repo) =>
    external_id?.startsWith("keyward-posture:") === true ? planned(repo) : ignored("not the check run of a posture"),
  ),
};

const paths = z.array(z.string());

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const pushPayload = repositoryPayload.extend({
  ref: z.string(),
  deleted: z.boolean(),
  /** It was not there before. */
  created: z.boolean(),
  forced: z.boolean(),
  commits: z.array(z.object({ added: paths, modified: paths, removed: paths })),
});

/** GitHub names at most so many commits of a push. */
const mostCommits = 2048;

/** A push to the default branch that may have changed what is judged of files. */
export const onFilesChange: WebhookHandler = {
  events: ["push"],
  ask: askAbout("push", pushPayload, ({ ref, deleted, created, forced, commits }, repo) => {
    if (deleted || ref !== `refs/heads/${repo.defaultBranch}`) return ignored("not the default branch");
    // New, rewritten, or longer than what is told of it: anything may have changed.
    const untold = created || forced || commits.length === 0 || commits.length >= mostCommits;
    const touched = commits.flatMap(({ added, modified, removed }) => [...added, ...modified, ...removed]);
    return untold || touched.some(isJudged) ? planned(repo) : ignored("no file that the posture depends on");
  }),
};

const wellKnown = /^(?:\.github\/keyward\.yml|(?:\.github\/|docs\/)?(?:CODEOWNERS|SECURITY\.md))$/i;

const isJudged = (path: string): boolean =>
  wellKnown.test(path) ||
  isWorkflow(path) ||
  /(?:^|\/)\.gitignore$/.test(path) ||
  sensitiveKindOf(toByteText(path)) !== null;
