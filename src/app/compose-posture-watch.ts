import type { GithubApp } from "../adapters/github/app.ts";
import { createDriftReporter } from "../adapters/github/drift-issue.ts";
import { createFactGatherer } from "../adapters/github/facts/gather.ts";
import { createInstallations } from "../adapters/github/installations.ts";
import { createPostureBoard } from "../adapters/github/posture-board.ts";
import { createRepositoryFinder } from "../adapters/github/repository-finder.ts";
import type { Database } from "../adapters/postgres/database.ts";
import type { Enqueuer } from "../adapters/postgres/job-queue.ts";
import { createFixStore } from "../adapters/postgres/fix-store.ts";
import { createPostureStore } from "../adapters/postgres/posture-store.ts";
import type { SealedTexts } from "../adapters/postgres/sealed-texts.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import type { Job } from "../flows/ports/jobs.ts";
import type { KeptAnswers } from "../flows/ports/kept-answers.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import { notingPostures } from "../flows/note-happenings.ts";
import type { Logger } from "../flows/ports/system.ts";
import { packageVersion } from "./cli/package-version.ts";
import { composeFixes } from "./compose-fixes.ts";
import { postureConfigIn } from "./compose-posture.ts";
import type { Periodic } from "./periodic-jobs.ts";
import type { FixPorts } from "./worker/fix-jobs.ts";
import type { PosturePorts } from "./worker/posture-job-handlers.ts";

type Parts = {
  readonly github: GithubApp;
  readonly keptAnswers: KeptAnswers;
  readonly database: Database;
  readonly queue: Enqueuer<Job>;
  readonly texts: SealedTexts;
  readonly configOf: KeywardConfigOf;
  readonly newConfigReader: () => { readonly configOf: KeywardConfigOf };
  readonly scannerFor: (installationId: number) => ContentScanner;
  readonly settleSeconds: number;
  readonly log: Logger;
};

/** What watches the posture of every repository. */
export function composePostureWatch(parts: Parts): Omit<PosturePorts & FixPorts, "clock" | "log" | "queue"> {
  const { github, keptAnswers, database, queue, texts, configOf, newConfigReader, scannerFor, settleSeconds, log } =
    parts;
  // Most of what is asked every night has not changed since the last.
  const rereading = { clientFor: github.rereadingClientFor };
  return {
    postures: notingPostures(createPostureStore(database, queue, texts)),
    board: createPostureBoard(github),
    installations: createInstallations(github),
    keptAnswers,
    findRepository: createRepositoryFinder(rereading),
    gatherFacts: createFactGatherer(rereading, scannerFor),
    // As the branch stands now: it may have been pushed to a moment ago.
    // What another reader remembers of it may be half a minute old.
    organizationConfigOf: postureConfigIn((home) => newConfigReader().configOf(home)),
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

/** What is asked for by the clock: those whose time has come, and now and then where the app is installed. */
export const posturePeriodicJobs = (settleSeconds: number): readonly Periodic[] => [
  { everyMs: 1000 * Math.min(60, settleSeconds), job: (minute) => ({ name: "tick-posture", data: { minute } }) },
  { everyMs: 6 * 60 * 60_000, job: (minute) => ({ name: "list-installations", data: { minute } }) },
];
