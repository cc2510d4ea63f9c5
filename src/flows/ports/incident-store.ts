import type { Incident } from "../../core/incident/incident.ts";
import type { Job } from "./jobs.ts";

export type IncidentStore = {
  readonly byFingerprint: (installationId: number, fingerprint: string) => Promise<Incident | null>;
  readonly byFingerprints: (installationId: number, fingerprints: readonly string[]) => Promise<readonly Incident[]>;
  readonly byId: (id: string) => Promise<Incident | null>;
  /**
   * Stores the incident and queues `jobs`, both or neither. `expected` is the incident this was derived from (null for a new
   * one); gives `"conflict"` and stores nothing when somebody else was faster: read again and retry.
   */
  readonly save: (incident: Incident, expected: Incident | null, jobs: readonly Job[]) => Promise<"saved" | "conflict">;
};
