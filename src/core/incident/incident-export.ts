import type { Incident } from "./incident.ts";
import { describeEvent } from "./timeline-text.ts";
import type { TimelineCheck, TimelineEntry } from "./timeline.ts";

/** Everything that is kept of an incident, for a machine: without a secret, as there is none. */
export type IncidentExport = {
  readonly format: "keyward-incident/1";
  readonly incident: Incident;
  readonly timeline: readonly (TimelineEntry & { readonly says: string })[];
  /** Whether the timeline is as it was written. */
  readonly check: TimelineCheck;
};

export const toIncidentExport = (
  incident: Incident,
  timeline: readonly TimelineEntry[],
  check: TimelineCheck,
): IncidentExport => ({
  format: "keyward-incident/1",
  incident,
  timeline: timeline.map((entry) => ({ ...entry, says: describeEvent(entry.event) })),
  check,
});
