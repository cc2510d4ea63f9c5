import type { Incident } from "../incident/incident.ts";
import type { TimelineEntry } from "../incident/timeline.ts";
import { describeEvent } from "../incident/timeline-text.ts";

/** One event of an incident, as it is told to systems that watch. Holds no secret. */
export type ExportedEvent = {
  /** The same however often it is told. */
  readonly id: string;
  readonly incident: Incident;
  readonly entry: TimelineEntry;
  /** In a few words, for people. */
  readonly message: string;
  /** Where people read about it; null where it is filed nowhere. */
  readonly url: string | null;
};

export function exportedEvent(incident: Incident, entry: TimelineEntry, url: string | null): ExportedEvent {
  const message = `${incident.title} in ${incident.home.owner}/${incident.home.name}: ${describeEvent(entry.event)}`;
  return { id: `${incident.id}:${entry.seq}`, incident, entry, message, url };
}

/** The person who did it, where it was a person. */
export function personOf({ event }: TimelineEntry): string | null {
  return "by" in event && event.by.kind === "person" ? event.by.login : null;
}
