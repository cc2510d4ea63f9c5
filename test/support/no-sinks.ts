import type { HappeningPorts } from "../../src/flows/note-happenings.ts";
import { anomalySetting } from "../../src/app/anomaly-setting.ts";
import type { LookForAnomaliesPorts } from "../../src/flows/watch-anomalies.ts";
import type { TellSinkPorts } from "../../src/flows/tell-sink.ts";

/** Nobody is told what happens. */
export const noSinks: Omit<TellSinkPorts, "incidents"> & HappeningPorts & Omit<LookForAnomaliesPorts, "clock"> = {
  anomalyFigures: {
    findings: async () => [],
    dismissals: async () => [],
    sinks: async () => [],
    webhooks: async () => [],
  },
  anomalyTerms: anomalySetting.parse(""),
  sinks: [],
  sinkProgress: { through: async () => 0, note: async () => {} },
  happenings: { note: async () => 0, untold: async () => null, told: async () => {}, list: async () => [] },
  incidentUrl: () => null,
};
