import type { GithubApp } from "../adapters/github/app.ts";
import { createDriftReporter } from "../adapters/github/drift-issue.ts";
import { createFactGatherer } from "../adapters/github/facts/gather.ts";
import { createPostureBoard } from "../adapters/github/posture-board.ts";
import { createRepositoryFinder } from "../adapters/github/repository-finder.ts";
import type { Database } from "../adapters/postgres/database.ts";
import type { Enqueuer } from "../adapters/postgres/job-queue.ts";
import { createFixStore } from "../adapters/postgres/fix-store.ts";
import { createPostureStore } from "../adapters/postgres/posture-store.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import type { Job } from "../flows/ports/jobs.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import type { Logger } from "../flows/ports/system.ts";
import { packageVersion } from "./cli/package-version.ts";
import { composeFixes } from "./compose-fixes.ts";
import { postureConfigIn } from "./compose-posture.ts";
import type { Periodic } from "./periodic-jobs.ts";
import type { FixPorts } from "./worker/fix-jobs.ts";
import type { PosturePorts } from "./worker/posture-job-handlers.ts";

type Parts = {
  readonly github: GithubApp;
  readonly database: Database;
  readonly queue: Enqueuer<Job>;
  readonly configOf: KeywardConfigOf;
  readonly scannerFor: (installationId: number) => ContentScanner;
  readonly settleSeconds: number;
  readonly log: Logger;
};

/** What watches the posture of every repository. */
export function composePostureWatch(parts: Parts): Omit<PosturePorts & FixPorts, "clock" | "log" | "queue"> {
  const { github, database, queue, configOf, scannerFor, settleSeconds, log } = parts;
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
    ...composeFixes(github),
    fixes: createFixStore(database),
    reportDrifts: createDriftReporter(github, log),
    ownLogin: async () => `${await github.slug()}[bot]`,
  };
}

/** Asks again and again for those whose time has come. */
export const postureTicking = (settleSeconds: number): Periodic => ({
  everyMs: 1000 * Math.min(60, settleSeconds),
  job: (minute) => ({ name: "tick-posture", data: { minute } }),
});
