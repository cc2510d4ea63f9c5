import type { Incident } from "../../core/incident/incident.ts";
import type { TextPlace } from "../../core/incident/occurrence.ts";
import type { RecordedEvent, TimelineCheck, TimelineEntry } from "../../core/incident/timeline.ts";
import type { Job } from "./jobs.ts";

/** An event to be put on the timeline, with the state it led to. */
export type NewEntry = Pick<TimelineEntry, "at" | "state" | "source"> & { readonly event: RecordedEvent };

export type IncidentStore = {
  readonly byFingerprint: (installationId: number, fingerprint: string) => Promise<Incident | null>;
  readonly byFingerprints: (installationId: number, fingerprints: readonly string[]) => Promise<readonly Incident[]>;
  readonly byId: (id: string) => Promise<Incident | null>;
  /** The incident that is filed as this issue. */
  readonly byIssue: (repoId: number, issueNumber: number) => Promise<Incident | null>;
  /** The incidents whose secret was seen in one of these texts of a repository, none of them of a wiki. */
  readonly seenInTexts: (
    installationId: number,
    repoId: number,
    places: readonly TextPlace[],
  ) => Promise<readonly Incident[]>;
  /** Ids of the incidents to which time alone does something by then, the longest waiting first; at most `limit`. */
  readonly dueBy: (
    now: string,
    limit: number,
  ) => Promise<readonly { readonly id: string; readonly installationId: number }[]>;
  /** The newest first. */
  readonly list: (filter: { readonly active: boolean; readonly limit: number }) => Promise<readonly Incident[]>;
  /**
   * Stores the incident, puts `entries` at the end of its timeline and queues `jobs`: all or nothing. `expected` is the incident
   * this was derived from (null for a new one); gives `"conflict"` and stores nothing when somebody else was faster: read again
   * and retry.
   */
  readonly save: (
    incident: Incident,
    expected: Incident | null,
    jobs: readonly Job[],
    entries?: readonly NewEntry[],
  ) => Promise<"saved" | "conflict">;
  /** Everything that happened, oldest first. */
  readonly timeline: (incidentId: string) => Promise<readonly TimelineEntry[]>;
  /** Whether the timeline is as it was written. */
  readonly checkTimeline: (incidentId: string) => Promise<TimelineCheck>;
};
