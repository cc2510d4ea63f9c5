import * as z from "zod";
import type { PullRequests } from "../../flows/ports/pull-requests.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus } from "./errors.ts";

const pullReply = z.object({
  head: z.object({ sha: z.string() }),
  user: z.object({ login: z.string() }).nullable(),
});

/** https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
export function createPullRequests(app: Pick<GithubApp, "clientFor">): PullRequests {
  return {
    find: async ({ installationId, owner, name }, number) => {
      try {
        const { data } = await app.clientFor(installationId).rest.pulls.get({ owner, repo: name, pull_number: number });
        const { head, user } = pullReply.parse(data);
        return { head: head.sha, author: user?.login ?? "" };
      } catch (error) {
        if (hasStatus(error, 404)) return null;
        throw error;
      }
    },
  };
}
