import * as z from "zod";
import { ignored, type Asked, type WebhookHandler } from "./handler.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation and #installation_repositories */
const installationPayload = z.object({ action: z.string(), installation: z.object({ id: z.int().positive() }) });

/** The app was installed, can see more than before, or is back: what it was not told of is read. */
export const onInstallation: WebhookHandler = {
  events: [
    "installation.created",
    "installation.new_permissions_accepted",
    "installation.unsuspend",
    "installation_repositories.added",
  ],
  ask: (payload) => {
    const parsed = installationPayload.safeParse(payload);
    if (!parsed.success) return ignored("not an installation payload as GitHub documents it");
    const { action, installation } = parsed.data;
    return surveyOf(installation.id, action === "unsuspend" ? "caught-up" : "installed");
  },
};

function surveyOf(installationId: number, reason: "installed" | "caught-up"): Asked {
  const job = { name: "survey-installation", data: { installationId, reason } } as const;
  return { kind: "jobs", jobs: [{ job, key: `${installationId}:${reason}` }] };
}

/** The app was removed from an account. */
export const onInstallationGone: WebhookHandler = {
  events: ["installation.deleted"],
  ask: (payload) => {
    const parsed = installationPayload.safeParse(payload);
    if (!parsed.success) return ignored("not an installation payload as GitHub documents it");
    const installationId = parsed.data.installation.id;
    const job = { name: "forget-installation", data: { installationId } } as const;
    return { kind: "jobs", jobs: [{ job, key: String(installationId) }] };
  },
};

const removedPayload = installationPayload.extend({
  repositories_removed: z.array(z.object({ id: z.int().positive(), full_name: z.string() })),
});

/** Repositories are no longer shown to an installation. */
export const onRepositoriesRemoved: WebhookHandler = {
  events: ["installation_repositories.removed"],
  ask: (payload) => {
    const parsed = removedPayload.safeParse(payload);
    if (!parsed.success) return ignored("not an installation_repositories payload as GitHub documents it");
    const { installation, repositories_removed: removed } = parsed.data;
    const jobs = removed.map(({ id: repoId, full_name: fullName }) => ({
      job: { name: "forget-repository", data: { installationId: installation.id, repoId, fullName } } as const,
      key: String(repoId),
    }));
    return { kind: "jobs", jobs };
  },
};
