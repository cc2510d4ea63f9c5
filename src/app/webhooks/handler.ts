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
    | "check_suite.rerequested"
    | "issue_comment.created"
    | "issues.closed"
    | "issues.reopened"
  )[];
  readonly ask: (payload: unknown) => Asked;
};

export const ignored = (reason: string): Asked => ({ kind: "ignored", reason });

/** Asks for the scan of a change. */
export const scanOf = (change: Change): Asked => ({
  kind: "jobs",
  jobs: [{ job: { name: "scan-change", data: { change } }, key: changeKey(change) }],
});

/** A full object name as git writes it: SHA-1 or SHA-256. */
export const objectName = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** What we need of `repository` and `installation` in any payload; GitHub sends much more, and may add to it. */
export const repositoryPayload = z.object({
  repository: z.object({
    id: z.int().positive(),
    name: z.string().min(1),
    owner: z.object({ login: z.string().min(1) }),
    default_branch: z.string().min(1),
    private: z.boolean(),
    visibility: z.enum(["public", "private", "internal"]).optional(),
  }),
  installation: z.object({ id: z.int().positive() }).optional(),
});

/** The repository of a payload, or null where the app is not installed (a plain repository webhook). */
export function repoOf({ repository, installation }: z.infer<typeof repositoryPayload>): RepoRef | null {
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
