import type { RepoRef } from "../core/change/change.ts";
import { errorKind } from "../core/errors/error-kind.ts";
import type { History } from "../core/history/history.ts";
import type { RuleChoice } from "../core/scan/rules/own-rules.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import type { SurveyInstallation } from "./ports/histories.ts";
import type { HistoryStore } from "./ports/history-store.ts";
import type { Installations } from "./ports/installations.ts";
import type { KeywardConfigOf } from "./ports/keyward-config.ts";
import type { JobQueue, LivingJobs } from "./ports/jobs.ts";
import type { Logger } from "./ports/system.ts";

export type SurveyPorts = {
  readonly installations: Installations;
  readonly histories: HistoryStore;
  readonly scannerFor: (installationId: number, rules?: RuleChoice) => KeepableScanner;
  readonly configOf: KeywardConfigOf;
  readonly queue: JobQueue & { readonly living: LivingJobs };
  readonly log: Logger;
};

/** So many repositories are begun in one step, so that an organization of thousands is looked through within seconds. */
const together = 200;

/**
 * Begins the first scan of every repository that an installation can see: one job for each, of which they take turns. Safe to repeat:
 * what was begun is left alone, unless pushes may have been missed.
 */
export async function surveyInstallation(
  { installationId, reason }: SurveyInstallation["data"],
  { installations, histories, log }: SurveyPorts,
): Promise<void> {
  const repositories = await installations.repositoriesOf(installationId);
  let begun = 0;
  for (let from = 0; from < repositories.length; from += together) {
    const some = repositories.slice(from, from + together);
    const states = await histories.statesOf(some.map(({ repoId }) => repoId));
    const known = new Map(states.map((one) => [one.repo.repoId, one]));
    const unread = some.filter(({ repoId }) => !isRead(known.get(repoId)));
    await histories.beginAll(unread, reason);
    begun += unread.length;
  }
  log.info("an installation was looked through", {
    installation: installationId,
    repositories: repositories.length,
    begun,
  });

  function isRead(history: Pick<History, "repo" | "state"> | undefined): boolean {
    if (history?.repo.installationId !== installationId || history.state === "failed") return false;
    return reason === "installed" || history.state === "waiting" || history.state === "running";
  }
}

/**
 * Sees to it that every history is read, and by the rules that hold now: what other rules (an older release, other own rules) read is read again, what
 * failed is tried again, and installations are looked through, should GitHub's word of them have been lost.
 */
export async function reviewHistories(ports: SurveyPorts): Promise<void> {
  const { installations, histories, scannerFor, queue, log } = ports;
  for (const { repo, state, scanner } of await histories.settled()) {
    const rules = await rulesOf(repo, ports);
    // What its own rules are cannot be asked now: the next review will.
    if (rules === null) continue;
    const isStale = scanner !== null && scanner !== scannerFor(repo.installationId, rules).identity;
    if (isStale || state === "failed") await histories.begin(repo, isStale ? "rules-changed" : "asked");
    if (isStale) log.info("the rules have changed: a history is read again", { repo: repo.repoId });
  }
  const all = await installations.all();
  // Every process reviews when it starts. One look is enough, which would come before what it has begun.
  const underWay = await queue.living("survey-installation", all.map(surveyKey));
  for (const one of all) {
    if (underWay.has(surveyKey(one))) continue;
    const data = { installationId: one.installationId, reason: "installed" } as const;
    await queue.enqueue({ name: "survey-installation", data }, surveyKey(one));
  }
}

const surveyKey = ({ installationId }: { readonly installationId: number }): string => `${installationId}:installed`;

async function rulesOf(repo: RepoRef, { configOf, log }: SurveyPorts): Promise<RuleChoice | null> {
  try {
    return (await configOf(repo)).rules;
  } catch (cause) {
    log.warn("the rules of a repository could not be read; its history is reviewed again in a day", {
      repo: repo.repoId,
      ...errorKind(cause),
    });
    return null;
  }
}
