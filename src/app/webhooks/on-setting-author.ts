import * as z from "zod";
import { askAbout, repositoryPayload, type WebhookHandler } from "./handler.ts";

const payload = repositoryPayload.extend({ sender: z.object({ login: z.string().min(1) }) });

/** One handler an event, as the payload does not name it. */
const authorOf = (
  event: "repository_ruleset" | "branch_protection_rule" | "branch_protection_configuration" | "security_and_analysis",
): WebhookHandler => ({
  events: [event],
  ask: askAbout(event, payload, ({ sender: { login } }, repo) => ({
    kind: "jobs",
    jobs: [
      { job: { name: "note-setting-change", data: { repo, event, login } }, key: `${repo.repoId}:${event}:${login}` },
    ],
  })),
});

/** Who changed a setting that Keyward may keep. */
export const settingAuthors: readonly WebhookHandler[] = [
  authorOf("repository_ruleset"),
  authorOf("branch_protection_rule"),
  authorOf("branch_protection_configuration"),
  authorOf("security_and_analysis"),
];
