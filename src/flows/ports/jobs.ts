import type { Change } from "../../core/change/change.ts";
import type { Head } from "./check-runs.ts";
import type { NoteIssueChange, PressIssueButton, RunIncidentCommand } from "./incident-commands.ts";
import type { IncidentJob, TickIncidents } from "./incident-jobs.ts";
import type { TellSink } from "./sinks.ts";

/** Work to be done, at least once, by some worker. `key` makes it a singleton: the same key is queued once at a time. */
export type Job =
  | { readonly name: "scan-change"; readonly data: { readonly change: Change } }
  | { readonly name: "rescan-head"; readonly data: { readonly head: Head } }
  | { readonly name: "publish-verdict"; readonly data: { readonly head: Head } }
  | { readonly name: "raise-incident"; readonly data: RaiseIncidentData }
  | IncidentJob
  | TickIncidents
  | RunIncidentCommand
  | NoteIssueChange
  | PressIssueButton
  | TellSink;

export type RaiseIncidentData = { readonly head: Head; readonly scope: string; readonly fingerprint: string };

export type JobQueue = { readonly enqueue: (job: Job, key: string) => Promise<"queued" | "duplicate"> };

/** Hands a stored webhook delivery to its handler. */
export type HandleDelivery = {
  readonly name: "handle-delivery";
  readonly data: { readonly guid: string; readonly event: string; readonly installationId: number | null };
};
