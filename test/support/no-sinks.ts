import type { TellHappeningsPorts } from "../../src/flows/note-happenings.ts";
import { anomalySetting } from "../../src/app/anomaly-setting.ts";
import type { LookForAnomaliesPorts } from "../../src/flows/watch-anomalies.ts";
import type { TellSinkPorts } from "../../src/flows/tell-sink.ts";

/** Nobody is told what happens. */
export const noSinks: Omit<TellSinkPorts, "incidents"> & TellHappeningsPorts & Omit<LookForAnomaliesPorts, "clock"> = {
  anomalyFigures: {
    findings: async () => [],
    dismissals: async () => [],
    sinks: async () => [],
    refusals: async () => [],
    auditLogs: async () => [],
    webhooks: async () => [],
  },
  anomalyTerms: anomalySetting.parse(""),
  sinks: [],
  sinkProgress: { through: async () => 0, note: async () => {} },
  sinkTurns: { take: async () => null },
  sinkBacklog: {
    configured: async () => {},
    took: async () => {},
    incidents: async () => [],
    installations: async () => [],
  },
  happenings: {
    note: async () => 0,
    untold: async () => [],
    told: async () => {},
    refused: async () => {},
    list: async () => [],
  },
  incidentUrl: () => null,
};
