import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import { lookIntoIncident, type LookIntoPorts } from "../../flows/look-into-incident.ts";
import type { IncidentJob, TickIncidents } from "../../flows/ports/incident-jobs.ts";
import { syncIssue, type SyncIssuePorts } from "../../flows/sync-issue.ts";
import { tickIncidents, type TickPorts } from "../../flows/tick-incidents.ts";
import { verifyIncident, type VerifyPorts } from "../../flows/verify-incident.ts";

export type IncidentPorts = SyncIssuePorts & LookIntoPorts & VerifyPorts & TickPorts;

type Work = (job: IncidentJob["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about incidents. `unlessGone` ends a job whose repository is gone. */
export function incidentJobHandlers(ports: IncidentPorts, unlessGone: Work): JobHandlers<IncidentJob | TickIncidents> {
  return {
    "sync-issue": ({ incidentId }) => unlessGone("sync-issue", () => syncIssue(incidentId, ports)),
    "look-into-incident": ({ incidentId }) =>
      unlessGone("look-into-incident", () => lookIntoIncident(incidentId, ports)),
    "verify-incident": ({ incidentId }, { signal }) =>
      unlessGone("verify-incident", () => verifyIncident(incidentId, ports, signal)),
    "tick-incidents": () => tickIncidents(ports),
  };
}
