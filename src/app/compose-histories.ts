import type { GithubApp } from "../adapters/github/app.ts";
import { createHistoryTeller } from "../adapters/github/history-check.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createRepositoryRecords } from "../adapters/postgres/repository-records.ts";
import { createHistoryStore } from "../adapters/postgres/history-store.ts";
import type { Enqueuer } from "../adapters/postgres/job-queue.ts";
import type { FollowRepositoryPorts } from "../flows/follow-repository.ts";
import type { HistoryReader } from "../flows/ports/history-reader.ts";
import type { Job } from "../flows/ports/jobs.ts";
import type { DropCaches } from "../flows/ports/repositories.ts";
import type { HistoryPorts } from "./worker/history-job-handlers.ts";

type Parts = {
  readonly github: GithubApp;
  readonly database: Database;
  readonly queue: Enqueuer<Job>;
  readonly historyReader: HistoryReader;
  /** Whatever keeps copies of repositories on disk. */
  readonly caches: readonly { readonly drop: DropCaches }[];
};

/** What reads the histories of repositories in the background. */
export function composeHistories({
  github,
  database,
  queue,
  historyReader,
  caches,
}: Parts): Pick<HistoryPorts, "histories" | "historyReader" | "tellHistory"> &
  Pick<FollowRepositoryPorts, "records" | "dropCaches"> {
  return {
    historyReader,
    records: createRepositoryRecords(database),
    dropCaches: async (installationId, repoId) => {
      await Promise.all(caches.map(({ drop }) => drop(installationId, repoId)));
    },
    histories: createHistoryStore(database, queue),
    tellHistory: createHistoryTeller(github),
  };
}
