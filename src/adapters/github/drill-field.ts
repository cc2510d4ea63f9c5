import * as z from "zod";
import type { DrillField } from "../../flows/ports/drill-field.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus } from "./errors.ts";
import { repositoryReply, toRepoRef } from "./repository-reply.ts";

const refReply = z.object({ object: z.object({ sha: z.string() }) });

/** Branches for drills on GitHub. */
export function createDrillField(app: Pick<GithubApp, "clientFor">): DrillField {
  return {
    find: async (installationId, fullName) => {
      const [owner = "", name = ""] = fullName.split("/");
      const { rest } = app.clientFor(installationId);
      const reply = await rest.repos.get({ owner, repo: name }).catch(ignoreStatus(403, 404));
      if (reply === null) return null;
      return toRepoRef(installationId, repositoryReply.parse(reply.data));
    },
    plant: async (repo, branch, { path, text }) => {
      const { rest } = app.clientFor(repo.installationId);
      const place = { owner: repo.owner, repo: repo.name };
      try {
        const from = { ...place, ref: `heads/${repo.defaultBranch}` };
        const { object } = refReply.parse((await rest.git.getRef(from)).data);
        await rest.git.createRef({ ...place, ref: `refs/heads/${branch}`, sha: object.sha }).catch(ignoreStatus(422));
        const file = { ...place, path, branch, message: "Plant a made-up credential for a drill of Keyward" };
        const there = await rest.repos.getContent({ ...place, path, ref: branch }).then(() => true, ignoreStatus(404));
        if (there === true) return "planted";
        const content = Buffer.from(text, "utf8").toString("base64");
        // 409 and 422: an earlier try has put it there after all.
        await rest.repos.createOrUpdateFileContents({ ...file, content }).catch(ignoreStatus(409, 422));
        return "planted";
      } catch (error) {
        if (hasStatus(error, 403)) return "denied";
        throw error;
      }
    },
    clear: async (repo, branch) => {
      const { rest } = app.clientFor(repo.installationId);
      try {
        const request = { retries: 2 };
        await rest.git.deleteRef({ owner: repo.owner, repo: repo.name, ref: `heads/${branch}`, request });
        return true;
      } catch (error) {
        if (hasStatus(error, 404, 422)) return true;
        if (hasStatus(error, 403)) return false;
        throw error;
      }
    },
  };
}

/** An answer with such a status says that there is nothing to do. */
const ignoreStatus =
  (...statuses: readonly number[]) =>
  (error: unknown): null => {
    if (hasStatus(error, ...statuses)) return null;
    throw error;
  };
