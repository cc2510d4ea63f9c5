import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import { handleDelivery, type HandleDeliveryPorts } from "../../flows/handle-delivery.ts";
import type { PortFailure } from "../../flows/ports/failure.ts";
import { publishVerdict, type PublishPorts } from "../../flows/publish-verdict.ts";
import { raiseIncident, type RaiseIncidentPorts } from "../../flows/raise-incident.ts";
import { recoverDeliveries, type RecoverPorts } from "../../flows/recover-deliveries.ts";
import { rescanHead, type RescanPorts } from "../../flows/rescan-head.ts";
import { concludeFailedScan, runChangeScan, type ChangeScanPorts } from "../../flows/run-change-scan.ts";
import { concludeFailedRevocation } from "../../flows/revoke-credential.ts";
import { sweepVerdicts, type SweepPorts } from "../../flows/sweep-verdicts.ts";
import { concludeFailedHistory } from "../../flows/scan-history.ts";
import { tellSink, type TellSinkPorts } from "../../flows/tell-sink.ts";
import { noteHappenings, tellHappenings, type TellHappeningsPorts } from "../../flows/note-happenings.ts";
import { sweepSinks, type SweepSinksPorts } from "../../flows/sweep-sinks.ts";
import { watchAnomalies, type LookForAnomaliesPorts } from "../../flows/watch-anomalies.ts";
import { accessJobHandlers, type AccessPorts } from "./access-jobs.ts";
import { historyJobHandlers, type HistoryPorts } from "./history-job-handlers.ts";
import { incidentJobHandlers, type IncidentPorts } from "./incident-job-handlers.ts";
import { suppressionJobHandlers, type SuppressionPorts } from "./suppression-job-handlers.ts";
import type { AnyJob } from "./jobs.ts";
import type { FollowRepositoryPorts } from "../../flows/follow-repository.ts";
import { repositoryJobHandlers } from "./repository-job-handlers.ts";
import { textJobHandlers, type TextPorts, wikiJobHandlers } from "./text-job-handlers.ts";
import { fixJobHandlers, type FixPorts } from "./fix-jobs.ts";
import { postureJobHandlers, type PosturePorts } from "./posture-job-handlers.ts";

export type WorkerPorts = HandleDeliveryPorts &
  RecoverPorts &
  ChangeScanPorts &
  PublishPorts &
  RaiseIncidentPorts &
  RescanPorts &
  SweepPorts &
  IncidentPorts &
  TextPorts &
  SuppressionPorts &
  PosturePorts &
  HistoryPorts &
  FixPorts &
  FollowRepositoryPorts &
  TellHappeningsPorts &
  SweepSinksPorts &
  AccessPorts &
  LookForAnomaliesPorts &
  TellSinkPorts & {
    /** As `scannerFor`, for what nobody waits for. */
    readonly scannerInBackground: HistoryPorts["scannerFor"];
    /** As `configOf`, for what nobody waits for. */
    readonly configInBackground: HistoryPorts["configOf"];
  };

/** Which flow does which job. What is gone for good ends the job instead of being tried again. */
export function jobHandlers(ports: WorkerPorts): JobHandlers<AnyJob> {
  const { scannerInBackground: scannerFor, configInBackground: configOf } = ports;
  const inBackground = { ...ports, scannerFor, configOf };
  return {
    "handle-delivery": ({ guid }) => handleDelivery(guid, ports),
    "recover-deliveries": () => recoverDeliveries(ports),
    "scan-change": (scan, { signal }) =>
      unlessGone(
        "scan-change",
        ports,
        () => runChangeScan(scan, ports, signal),
        () => ports.scans.drop(scan.change),
      ),
    "rescan-head": ({ head }) => unlessGone("rescan-head", ports, () => rescanHead(head, ports)),
    "publish-verdict": ({ head }) =>
      unlessGone(
        "publish-verdict",
        ports,
        () => publishVerdict(head, ports),
        // There is nobody (any more) to be told.
        async () => ports.scans.told(await ports.scans.scopesOf(head)),
      ),
    "sweep-verdicts": () => sweepVerdicts(ports),
    "raise-incident": (data, { signal }) => raiseIncident(data, ports, signal),
    "tell-sink": (data, { signal }) => tellSink(data, ports, signal),
    "watch-anomalies": () => watchAnomalies(ports),
    "note-happenings": (data) => noteHappenings(data, ports),
    "tell-happenings": (data, { signal }) => tellHappenings(data, ports, signal),
    "sweep-sinks": () => sweepSinks(ports),
    ...incidentJobHandlers(ports, (job, work) => unlessGone(job, ports, work)),
    ...textJobHandlers(ports, (job, work) => unlessGone(job, ports, work)),
    // Whether to mask is asked as for any text: what reads histories may have read keyward.yml before there was one.
    ...wikiJobHandlers({ ...inBackground, configOf: ports.configOf }, (job, work) => unlessGone(job, ports, work)),
    ...suppressionJobHandlers(ports, (job, work) => unlessGone(job, ports, work)),
    ...postureJobHandlers(ports, (job, work) => unlessGone(job, ports, work)),
    ...historyJobHandlers(inBackground, (job, work) => unlessGone(job, ports, work)),
    ...fixJobHandlers(ports, (job, work) => unlessGone(job, ports, work)),
    ...repositoryJobHandlers(ports),
    ...accessJobHandlers(ports, (job, work) => unlessGone(job, ports, work)),
  };
}

/** What is done about a job that failed for good: a scan's check is concluded as incomplete, a revocation as failed; the rest is for the operator to see. */
export function onDeadJob(ports: WorkerPorts): (job: AnyJob) => Promise<void> {
  return async (job) => {
    ports.log.error("a job failed for good", { job: job.name });
    if (job.name === "revoke-credential") return concludeFailedRevocation(job.data.incidentId, ports);
    if (job.name === "scan-history") {
      return concludeFailedHistory(job.data, "Reading it failed several times; the server's log says why.", ports);
    }
    if (job.name !== "scan-change") return;
    const detail =
      "The scan failed several times. Push again or ask for a re-run; the server's log says what went wrong.";
    await concludeFailedScan(job.data, detail, ports);
  };
}

async function unlessGone(
  job: AnyJob["name"],
  { log }: WorkerPorts,
  work: () => Promise<void>,
  whenGone: () => Promise<void> = async () => {},
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.failure !== "gone") throw error;
    log.warn("work was dropped, as what it is about is gone", { job, gone: failure.what });
    await whenGone();
  }
}

function failureOf(error: unknown): PortFailure | null {
  return error instanceof Error && "failure" in error ? (error as Error & PortFailure) : null;
}
