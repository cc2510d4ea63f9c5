import * as z from "zod";
import { known, unknown } from "../../core/incident/exposure.ts";
import type { ReadClones } from "../../flows/ports/git-access.ts";
import type { GithubApp } from "./app.ts";
import { GithubFailed, RepositoryUnavailable } from "./errors.ts";

const reply = z.object({
  clones: z.array(z.object({ timestamp: z.string(), count: z.int(), uniques: z.int() })),
});

/** https://docs.github.com/en/rest/metrics/traffic#get-repository-clones */
export const createCloneTraffic =
  ({ clientFor }: Pick<GithubApp, "clientFor">): ReadClones =>
  async ({ installationId, repository }) => {
    const [owner = "", repo = ""] = repository.split("/");
    try {
      const { data } = await clientFor(installationId).rest.repos.getClones({ owner, repo, per: "day" });
      const { clones } = reply.parse(data);
      return known(clones.map(({ timestamp, count, uniques }) => ({ day: timestamp.slice(0, 10), count, uniques })));
    } catch (error) {
      const refused = error instanceof GithubFailed && (error.status === 403 || error.status === 404);
      if (!refused && !(error instanceof RepositoryUnavailable)) throw error;
      return unknown("the traffic of the repository is not open to the app; it takes administration: read");
    }
  };
