import * as z from "zod";
import type { FollowRepository } from "../../flows/ports/repositories.ts";
import { askAbout, repositoryPayload, type WebhookHandler } from "./handler.ts";

const repository = repositoryPayload.shape.repository.extend({ updated_at: z.string().optional() });

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#repository and #public (which has no action) */
const repositoryEventPayload = repositoryPayload.extend({ action: z.string().optional(), repository });

const happenings: Readonly<Record<string, FollowRepository["data"]["happened"]>> = {
  publicized: "made-public",
  transferred: "transferred",
  deleted: "deleted",
};

/** A repository got another name, owner, default branch or audience, or is gone. */
export const onRepository: WebhookHandler = {
  events: [
    "public",
    "repository.renamed",
    "repository.transferred",
    "repository.deleted",
    "repository.publicized",
    "repository.privatized",
    "repository.archived",
    "repository.unarchived",
    "repository.edited",
  ],
  ask: askAbout("repository", repositoryEventPayload, ({ action, repository: { updated_at: at = "" } }, repo) => {
    const happened = action === undefined ? "made-public" : (happenings[action] ?? "changed");
    const job = { name: "follow-repository", data: { repo, happened, at } } as const;
    return { kind: "jobs", jobs: [{ job, key: `${repo.repoId}:${happened}:${at}` }] };
  }),
};
