import * as z from "zod";
import type { RepoRef } from "../../core/change/change.ts";

/** What a repository is called and who sees it, as GitHub says: https://docs.github.com/en/rest/repos/repos#get-a-repository */
export const repositoryReply = z.object({
  id: z.int(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string(),
  visibility: z.enum(["public", "private", "internal"]).optional(),
  private: z.boolean(),
});

/** The repository of a reply, as this installation sees it. */
export const toRepoRef = (installationId: number, now: z.infer<typeof repositoryReply>): RepoRef => ({
  installationId,
  repoId: now.id,
  owner: now.owner.login,
  name: now.name,
  defaultBranch: now.default_branch,
  visibility: now.visibility ?? (now.private ? "private" : "public"),
});
