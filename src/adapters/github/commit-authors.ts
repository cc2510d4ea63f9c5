import * as z from "zod";
import type { CommitAuthors } from "../../flows/ports/suppressions.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus } from "./errors.ts";

/** GitHub itself commits what is done in the browser, in its author's name. */
const githubItself = "web-flow";

const account = z.object({ login: z.string().optional() }).nullable();
const commitReply = z.object({ author: account, committer: account });

/** Author and committer of each commit. A commit whose e-mail address belongs to no account leaves open who made it. */
export function createCommitAuthors(app: Pick<GithubApp, "clientFor">): CommitAuthors {
  return async ({ installationId, owner, name }, commits) => {
    const { repos } = app.clientFor(installationId).rest;
    const logins = new Set<string>();
    let complete = true;
    for (const ref of commits) {
      try {
        const { author, committer } = commitReply.parse((await repos.getCommit({ owner, repo: name, ref })).data);
        for (const login of [author?.login, committer?.login]) if (login !== undefined) logins.add(login);
        complete &&= author?.login !== undefined && committer?.login !== undefined;
      } catch (error) {
        // Force-pushed away, and gone.
        if (!hasStatus(error, 404, 422)) throw error;
        complete = false;
      }
    }
    logins.delete(githubItself);
    return { logins: [...logins], complete };
  };
}
