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
