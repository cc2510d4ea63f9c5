import * as z from "zod";
import type { Installations } from "../../flows/ports/installations.ts";
import type { GithubApp } from "./app.ts";
import { repositoryReply, toRepoRef } from "./repository-reply.ts";

const installation = z.object({
  id: z.int(),
  account: z.object({ login: z.string() }).nullable(),
  suspended_at: z.string().nullish(),
});

/**
 * https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app and
 * https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation
 */
export const createInstallations = ({
  asApp,
  rereadingClientFor,
}: Pick<GithubApp, "asApp" | "rereadingClientFor">): Installations => ({
  all: async () => {
    const found = await asApp.paginate(asApp.rest.apps.listInstallations, { per_page: 100 });
    return z
      .array(installation)
      .parse(found)
      .flatMap(({ id, account, suspended_at }) =>
        // An enterprise has no repositories of its own.
        account === null || typeof suspended_at === "string" ? [] : [{ installationId: id, owner: account.login }],
      );
  },
  repositoriesOf: async (installationId) => {
    const client = rereadingClientFor(installationId);
    const found = await client.paginate(client.rest.apps.listReposAccessibleToInstallation, { per_page: 100 });
    return z
      .array(repositoryReply)
      .parse(found)
      .map((one) => toRepoRef(installationId, one));
  },
});
