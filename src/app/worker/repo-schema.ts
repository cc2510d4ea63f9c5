import * as z from "zod";
import type { RepoRef } from "../../core/change/change.ts";

/** A repository in the data of a job. */
export const repo: z.ZodType<RepoRef> = z.strictObject({
  installationId: z.int().positive(),
  repoId: z.int().positive(),
  owner: z.string(),
  name: z.string(),
  defaultBranch: z.string(),
  visibility: z.enum(["public", "private", "internal"]),
});
