import type { Change } from "../../core/change/change.ts";
import type { RecoverDeliveries } from "./hook-deliveries.ts";
import type { Head } from "./check-runs.ts";
import type { NoteIssueChange, PressIssueButton, RunIncidentCommand } from "./incident-commands.ts";
import type { HistoryJob } from "./histories.ts";
import type { IncidentJob, TickIncidents } from "./incident-jobs.ts";
import type { RunCheckAction } from "./check-actions.ts";
import type { ListInstallations, PlanAllPostures, PlanPosture, PostureJob, TickPosture } from "./posture-jobs.ts";
import type { ScheduleDrills } from "./drill-schedule.ts";
import type { SyncPullComment } from "./pull-requests.ts";
import type { SettleSuppression, SyncSuppressions } from "./suppression-jobs.ts";
import type { FixPosture, NoteSettingChange } from "./fix-store.ts";
import type { RepositoryJob } from "./repositories.ts";
import type { WatchAnomalies } from "./anomalies.ts";
import type { NoteHappenings, TellHappenings } from "./happenings.ts";
import type { PlanAccess, WatchAccess } from "./git-access.ts";
import type { SweepSinks, TellSink } from "./sinks.ts";
import type { RedactText, ScanText } from "./texts.ts";
import type { ScanWiki } from "./wikis.ts";

/** Work to be done, at least once, by some worker. `key` makes it a singleton: the same key is queued once at a time. */
export type Job =
  | { readonly name: "scan-change"; readonly data: ScanChangeData }
  | { readonly name: "rescan-head"; readonly data: { readonly head: Head } }
  | { readonly name: "publish-verdict"; readonly data: { readonly head: Head } }
  | { readonly name: "raise-incident"; readonly data: RaiseIncidentData }
  | SweepVerdicts
  | RecoverDeliveries
  | IncidentJob
  | TickIncidents
  | ScheduleDrills
  | RunIncidentCommand
  | NoteIssueChange
  | PressIssueButton
  | SettleSuppression
  | SyncSuppressions
  | SyncPullComment
  | RunCheckAction
  | PostureJob
  | PlanPosture
  | PlanAllPostures
  | TickPosture
  | FixPosture
  | NoteSettingChange
  | ListInstallations
  | TellSink
  | NoteHappenings
  | WatchAnomalies
  | TellHappenings
  | SweepSinks
  | WatchAccess
  | PlanAccess
  | ScanText
  | RedactText
  | ScanWiki
  | HistoryJob
  | RepositoryJob;

/** `retry`: which retry of an incomplete verdict it is; left out where somebody or something asks for the scan. */
export type ScanChangeData = { readonly change: Change; readonly retry?: number };

/** Looks for verdicts that stay out, and sees to them. */
export type SweepVerdicts = { readonly name: "sweep-verdicts"; readonly data: { readonly minute: string } };

/** A job that does not run before `notBefore` (ISO 8601). While it waits its key is taken, so it has one of its own. */
export type PlannedJob = Job & { readonly notBefore?: string };

/**
 * Which of these keys have a job of that kind that runs, whose turn it is, that is tried again, or that failed for good and is
 * being concluded. One that waits for a time to come is not among them.
 */
export type LivingJobs = (name: Job["name"], keys: readonly string[]) => Promise<ReadonlySet<string>>;

export type RaiseIncidentData = { readonly head: Head; readonly scope: string; readonly fingerprint: string };

export type JobQueue = { readonly enqueue: (job: PlannedJob, key: string) => Promise<"queued" | "duplicate"> };

/** Hands a stored webhook delivery to its handler. */
export type HandleDelivery = {
  readonly name: "handle-delivery";
  readonly data: { readonly guid: string; readonly event: string; readonly installationId: number | null };
};
