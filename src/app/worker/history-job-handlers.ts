import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import type { HistoryJob } from "../../flows/ports/histories.ts";
import { scanHistory, type ScanHistoryPorts } from "../../flows/scan-history.ts";
import { reviewHistories, surveyInstallation, type SurveyPorts } from "../../flows/survey-installation.ts";

export type HistoryPorts = ScanHistoryPorts & SurveyPorts;

type Work = (job: HistoryJob["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about histories. `unlessGone` ends a job whose repository or installation is gone. */
export function historyJobHandlers(ports: HistoryPorts, unlessGone: Work): JobHandlers<HistoryJob> {
  return {
    "scan-history": (data, { signal }) => unlessGone("scan-history", () => scanHistory(data, ports, signal)),
    "survey-installation": (data) => unlessGone("survey-installation", () => surveyInstallation(data, ports)),
    "review-histories": () => reviewHistories(ports),
    "read-history-again": ({ repo }) => ports.histories.begin(repo, "asked"),
  };
}
