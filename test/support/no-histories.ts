import type { FollowRepositoryPorts } from "../../src/flows/follow-repository.ts";
import type { HistoryPorts } from "../../src/app/worker/history-job-handlers.ts";

/** For worlds in which no history is read. */
export const noHistories: Pick<HistoryPorts, "histories" | "historyReader" | "tellHistory"> &
  Pick<FollowRepositoryPorts, "records" | "dropCaches"> = {
  records: {
    follow: async () => {},
    incidentsOf: async () => [],
    forget: async () => {},
    forgetInstallation: async () => {},
  },
  dropCaches: async () => {},
  histories: {
    of: async () => null,
    begin: async () => {},
    beginAll: async () => {},
    statesOf: async () => [],
    change: async () => false,
    settled: async () => [],
  },
  historyReader: { openHistory: async () => ({ kind: "empty" }) },
  tellHistory: async () => false,
};
