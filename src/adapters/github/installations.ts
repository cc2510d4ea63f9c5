import * as z from "zod";
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
