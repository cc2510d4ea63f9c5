import type { HappeningPorts } from "../../src/flows/note-happenings.ts";
import type { TellSinkPorts } from "../../src/flows/tell-sink.ts";

/** Nobody is told what happens. */
export const noSinks: Omit<TellSinkPorts, "incidents"> & HappeningPorts = {
  sinks: [],
  sinkProgress: { through: async () => 0, note: async () => {} },
  happenings: { note: async () => 0, untold: async () => null, told: async () => {}, list: async () => [] },
  incidentUrl: () => null,
};
