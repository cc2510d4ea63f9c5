import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import { textKey, type TextRef } from "../../core/text/text-ref.ts";
import type { ScanText } from "../../flows/ports/texts.ts";
import { repo } from "./repo-schema.ts";

const id = z.int().positive();

const text: z.ZodType<TextRef> = z.discriminatedUnion("surface", [
  z.strictObject({ surface: z.enum(["issue", "pull-request"]), number: id }),
  z.strictObject({ surface: z.enum(["issue-comment", "review", "review-comment"]), number: id, id }),
  z.strictObject({ surface: z.literal("release"), id }),
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

/** What is done about texts beside the code. */
export const textJobs = { "scan-text": scanText } as const;
