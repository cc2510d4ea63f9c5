import type { TellSinkPorts } from "../../src/flows/tell-sink.ts";

/** Nobody is told what happens. */
export const noSinks: Omit<TellSinkPorts, "incidents"> = {
  sinks: [],
  sinkProgress: { through: async () => 0, note: async () => {} },
  incidentUrl: () => null,
};
