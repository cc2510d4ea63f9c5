import type { RepoRef } from "../../core/change/change.ts";
import type { History } from "../../core/history/history.ts";

/** Reads on in the history of a repository, for a while. */
export type ScanHistory = {
  readonly name: "scan-history";
  readonly data: { readonly installationId: number; readonly repoId: number; readonly reason: History["reason"] };
};

/** Begins the first scan of the repositories that an installation can see. `caught-up`: of those that were read before, too. */
export type SurveyInstallation = {
  readonly name: "survey-installation";
  readonly data: { readonly installationId: number; readonly reason: "installed" | "caught-up" };
};

/** Looks for histories that have to be read (again). */
export type ReviewHistories = { readonly name: "review-histories"; readonly data: { readonly minute: string } };

/** Reads the history of a repository again, as somebody asked for. */
export type ReadHistoryAgain = { readonly name: "read-history-again"; readonly data: { readonly repo: RepoRef } };

export type HistoryJob = ReadHistoryAgain | ScanHistory | SurveyInstallation | ReviewHistories;

/** Says on a commit how far the reading of a history is, in place. False: nothing can be said there, which is no fault. */
export type TellHistory = (
  head: { readonly repo: RepoRef; readonly sha: string },
  history: History,
) => Promise<boolean>;
