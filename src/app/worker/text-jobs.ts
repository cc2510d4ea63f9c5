import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import { textKey, type TextRef } from "../../core/text/text-ref.ts";
import type { RedactText, ScanText } from "../../flows/ports/texts.ts";
import type { ScanWiki } from "../../flows/ports/wikis.ts";
import { objectName } from "../webhooks/handler.ts";
import { repo } from "./repo-schema.ts";

const id = z.int().positive();

const text: z.ZodType<TextRef> = z.discriminatedUnion("surface", [
  z.strictObject({ surface: z.enum(["issue", "pull-request"]), number: id }),
  z.strictObject({ surface: z.enum(["issue-comment", "review", "review-comment"]), number: id, id }),
  z.strictObject({ surface: z.literal("release"), id }),
  z.strictObject({ surface: z.literal("wiki"), path: z.string().min(1) }),
]);

/** In a lane of its own: a comment does not wait for the scan of a history. */
const scanText: JobDefinition<ScanText["data"]> = {
  lane: "texts",
  schema: z.strictObject({ repo, text, by: z.string().min(1) }),
  key: ({ repo, text, by }) => `${repo.repoId}:${textKey(text)}:${by}`,
  installationId: ({ repo }) => repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 300,
  priority: 0,
};

/** Soon: as long as it waits, everybody can read what it takes away. */
const redactText: JobDefinition<RedactText["data"]> = {
  lane: "writes",
  schema: z.strictObject({ repo, text, fingerprints: z.array(z.string()).min(1) }),
  key: ({ repo, text, fingerprints }) => `${repo.repoId}:${textKey(text)}:${fingerprints.join(",")}`,
  installationId: ({ repo }) => repo.installationId,
  retry: { limit: 20, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 300,
  priority: 20,
};

const scanWiki: JobDefinition<ScanWiki["data"]> = {
  lane: "texts",
  schema: z.strictObject({ repo, revision: objectName, by: z.string().min(1) }),
  key: ({ repo, revision }) => `${repo.repoId}:${revision}`,
  installationId: ({ repo }) => repo.installationId,
  retry: { limit: 12, delaySeconds: 5, maxDelaySeconds: 1800 },
  expireSeconds: 3600,
  priority: 0,
};

/** What is done about texts beside the code. */
export const textJobs = { "scan-text": scanText, "redact-text": redactText, "scan-wiki": scanWiki } as const;
