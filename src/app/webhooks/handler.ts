import * as z from "zod";
import { changeKey, type Change, type RepoRef } from "../../core/change/change.ts";
import type { Job } from "../../flows/ports/jobs.ts";

/** What a delivery asks for: jobs with their singleton keys, or nothing, with the reason for the log. */
export type Asked =
  | { readonly kind: "jobs"; readonly jobs: readonly { readonly job: Job; readonly key: string }[] }
  | { readonly kind: "ignored"; readonly reason: string };

/** Turns the payload of an event into work. Pure: reading, deciding and writing happen in the job. */
export type WebhookHandler = {
  /** Probot's name of the event, with its action where it has one. */
  readonly events: readonly (
    | "push"
    | "pull_request.opened"
    | "pull_request.synchronize"
    | "pull_request.reopened"
    | "pull_request.ready_for_review"
    | "pull_request.edited"
    | "merge_group.checks_requested"
    | "check_run.rerequested"
    | "check_run.requested_action"
    | "check_suite.rerequested"
    | "issue_comment.created"
    | "issue_comment.edited"
    | "issues.opened"
    | "issues.edited"
    | "issues.closed"
    | "issues.reopened"
    | "pull_request_review.submitted"
    | "pull_request_review.edited"
    | "pull_request_review_comment.created"
    | "pull_request_review_comment.edited"
    | "gollum"
    | "release.created"
    | "release.published"
    | "release.edited"
    | "branch_protection_rule"
    | "branch_protection_configuration"
    | "repository_ruleset"
    | "security_and_analysis"
    | "repository"
    | "member"
    | "deploy_key"
    | "public"
    | "repository.renamed"
    | "repository.transferred"
    | "repository.deleted"
    | "repository.publicized"
    | "repository.privatized"
    | "repository.archived"
    | "repository.unarchived"
    | "repository.edited"
    | "installation.created"
    | "installation.deleted"
    | "installation_repositories.removed"
    | "installation.new_permissions_accepted"
    | "installation.unsuspend"
    | "installation_repositories.added"
  )[];
  readonly ask: (payload: unknown) => Asked;
};

type Ignored = Extract<Asked, { readonly kind: "ignored" }>;

export const ignored = (reason: string): Ignored => ({ kind: "ignored", reason });

const unseen = ignored("the payload names no installation: the app is not installed on this repository");

/** What a change is, apart from the repository it is in; or why there is nothing to scan. */
type AskedChange = Omit<Change, "repo"> | Ignored;

/** Asks for the scan of the change that a payload tells of. `changeIn` says which that is. */
export function askForScan<Payload extends RepositoryPayload>(
  event: string,
  schema: z.ZodType<Payload>,
  changeIn: (payload: Payload) => AskedChange,
): WebhookHandler["ask"] {
  return askAbout(event, schema, (payload, repo) => {
    const asked = changeIn(payload);
    if ("kind" in asked) return asked;
    const change: Change = { repo, ...asked };
    return { kind: "jobs", jobs: [{ job: { name: "scan-change", data: { change } }, key: changeKey(change) }] };
  });
}

/** Reads a payload about a repository that the app is installed on, and ignores any other, saying why. */
export function askAbout<Payload extends RepositoryPayload>(
  event: string,
  schema: z.ZodType<Payload>,
  ask: (payload: Payload, repo: RepoRef) => Asked,
): WebhookHandler["ask"] {
  return (payload) => {
    const parsed = schema.safeParse(payload);
    if (!parsed.success) return notGithubShape(event, parsed.error);
    const repo = repoOf(parsed.data);
    return repo === null ? unseen : ask(parsed.data, repo);
  };
}

/** A full object name as git writes it: SHA-1 or SHA-256. */
export const objectName = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** Who did it, for a scan that is made whoever it was. */
export const sender = z.object({ login: z.string() }).optional().catch(undefined);

/** What we need of `repository` and `installation` in any payload; GitHub sends much more, and may add to it. */
export const repositoryPayload = z.object({
  repository: z.object({
    id: z.int().positive(),
    name: z.string().min(1),
    owner: z.object({ login: z.string().min(1) }),
    default_branch: z.string().min(1),
    private: z.boolean(),
    // One that is not known yet is no reason to read nothing: `private` says enough.
    visibility: z.enum(["public", "private", "internal"]).optional().catch(undefined),
  }),
  installation: z.object({ id: z.int().positive() }).optional(),
});
type RepositoryPayload = z.infer<typeof repositoryPayload>;

/** The repository of a payload, or null where the app is not installed (a plain repository webhook). */
function repoOf({ repository, installation }: RepositoryPayload): RepoRef | null {
  if (!installation) return null;
  return {
    installationId: installation.id,
    repoId: repository.id,
    owner: repository.owner.login,
    name: repository.name,
    defaultBranch: repository.default_branch,
    visibility: repository.visibility ?? (repository.private ? "private" : "public"),
  };
}

/** Says which fields of a payload were not as GitHub documents them; names only, never values. */
export function notGithubShape(event: string, error: z.ZodError): Asked {
  const fields = error.issues.map(({ path }) => path.join(".")).join(", ");
  return ignored(`not a ${event} payload as GitHub documents it: look at ${fields || "the payload itself"}`);
}
