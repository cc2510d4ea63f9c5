import * as z from "zod";
import type { JobDefinition, JobHandlers } from "../../adapters/postgres/job-definition.ts";
import { fixRepository, type FixRepositoryPorts } from "../../flows/fix-repository.ts";
import { noteSettingChange as noteChange, type NoteSettingChangePorts } from "../../flows/note-setting-change.ts";
import type { FixPosture, NoteSettingChange } from "../../flows/ports/fix-store.ts";
import { repo } from "./repo-schema.ts";

const retry = { limit: 8, delaySeconds: 10, maxDelaySeconds: 1800 } as const;

/** It writes to GitHub, after everything that somebody waits for. */
const fixPosture: JobDefinition<FixPosture["data"]> = {
  lane: "writes",
  schema: z.strictObject({ repo }),
  key: ({ repo }) => String(repo.repoId),
  installationId: ({ repo }) => repo.installationId,
  retry,
  expireSeconds: 600,
  priority: -10,
};

/** A row is written: it waits for nothing, and is there before what changed is looked at. */
const noteSettingChange: JobDefinition<NoteSettingChange["data"]> = {
  lane: "deliveries",
  schema: z.strictObject({ repo, event: z.string(), login: z.string() }),
  key: ({ repo, event, login }) => `${repo.repoId}:${event}:${login}`,
  installationId: ({ repo }) => repo.installationId,
  retry,
  expireSeconds: 60,
  priority: 10,
};

/** What is done about fixes. */
export const fixJobs = { "fix-posture": fixPosture, "note-setting-change": noteSettingChange } as const;

export type FixPorts = FixRepositoryPorts & NoteSettingChangePorts;

type AboutFixes = FixPosture | NoteSettingChange;
type Work = (job: AboutFixes["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about fixes. `unlessGone` ends a job whose repository is gone. */
export function fixJobHandlers(ports: FixPorts, unlessGone: Work): JobHandlers<AboutFixes> {
  return {
    "fix-posture": ({ repo }) => unlessGone("fix-posture", () => fixRepository(repo, ports)),
    "note-setting-change": (data) => unlessGone("note-setting-change", () => noteChange(data, ports)),
  };
}
