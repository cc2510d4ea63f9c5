import * as z from "zod";
import type { RepositoriesOf } from "../../flows/ports/histories.ts";
import type { ListInstallations } from "../../flows/ports/drill-schedule.ts";
import type { GithubApp } from "./app.ts";

const page = z.array(z.object({ id: z.int(), suspended_at: z.string().nullish() }));

/** https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app */
export function createInstallationList({ asApp }: Pick<GithubApp, "asApp">): ListInstallations {
  return async () => {
    const found = page.parse(await asApp.paginate(asApp.rest.apps.listInstallations, { per_page: 100 }));
    return found.filter(({ suspended_at }) => (suspended_at ?? null) === null).map(({ id }) => id);
  };
}

const repository = z.object({
  id: z.int().positive(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string(),
  private: z.boolean(),
  visibility: z.enum(["public", "private", "internal"]).optional(),
});

/** https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation */
export function createRepositoryList({ clientFor }: Pick<GithubApp, "clientFor">): RepositoriesOf {
  return async (installationId) => {
    const client = clientFor(installationId);
    const found = await client.paginate(client.rest.apps.listReposAccessibleToInstallation, { per_page: 100 });
    return z
      .array(repository)
      .parse(found)
      .map((repo) => ({
        installationId,
        repoId: repo.id,
        owner: repo.owner.login,
        name: repo.name,
        defaultBranch: repo.default_branch,
        visibility: repo.visibility ?? (repo.private ? "private" : "public"),
      }));
  };
}
