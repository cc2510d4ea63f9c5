import type { GithubApp } from "../adapters/github/app.ts";
import { createFactGatherer } from "../adapters/github/facts/gather.ts";
import { createPostureBoard } from "../adapters/github/posture-board.ts";
import { createRepositoryFinder } from "../adapters/github/repository-finder.ts";
import type { Database } from "../adapters/postgres/database.ts";
import type { Enqueuer } from "../adapters/postgres/job-queue.ts";
import { createPostureStore } from "../adapters/postgres/posture-store.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import type { Job } from "../flows/ports/jobs.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import { packageVersion } from "./cli/package-version.ts";
import { postureConfigIn } from "./compose-posture.ts";
import type { Periodic } from "./periodic-jobs.ts";
import type { PosturePorts } from "./worker/posture-job-handlers.ts";

type Parts = {
  readonly github: GithubApp;
  readonly database: Database;
  readonly queue: Enqueuer<Job>;
  readonly configOf: KeywardConfigOf;
  readonly scannerFor: (installationId: number) => ContentScanner;
  readonly settleSeconds: number;
};

/** What watches the posture of every repository. */
export function composePostureWatch(parts: Parts): Omit<PosturePorts, "clock" | "log" | "queue"> {
  const { github, database, queue, configOf, scannerFor, settleSeconds } = parts;
  return {
    postures: createPostureStore(database, queue),
    board: createPostureBoard(github),
    findRepository: createRepositoryFinder(github),
    gatherFacts: createFactGatherer(github, scannerFor),
    // As the branch stands now: it may have been pushed to a moment ago.
    postureConfigOf: postureConfigIn((repo) => configOf(repo, repo.defaultBranch)),
    appId: github.appId,
    version: packageVersion(),
    settleSeconds,
  };
}

/** Asks again and again for those whose time has come. */
export const postureTicking = (settleSeconds: number): Periodic => ({
  everyMs: 1000 * Math.min(60, settleSeconds),
  job: (minute) => ({ name: "tick-posture", data: { minute } }),
});
