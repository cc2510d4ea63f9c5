import type { IncidentStore } from "./ports/incident-store.ts";
import type { IssueTracker } from "./ports/issues.ts";
import type { Logger } from "./ports/system.ts";

export type SyncIssuePorts = { readonly incidents: IncidentStore; readonly issues: IssueTracker; readonly log: Logger };

/** Brings the issue of an incident up to date and remembers its number. Safe to repeat: the issue is found again by its marker. */
export async function syncIssue(incidentId: string, ports: SyncIssuePorts): Promise<void> {
  const incident = await ports.incidents.byId(incidentId);
  if (!incident) {
    ports.log.warn("an incident to be shown does not exist (any more)", { incident: incidentId });
    return;
  }
  const issue = await ports.issues.ensureIssue(incident);
  if (issue.kind === "unavailable") {
    ports.log.warn("an incident can have no issue in its repository", {
      incident: incidentId,
      repo: incident.home.repoId,
      reason: issue.reason,
    });
    return;
  }
  if (incident.issueNumber === issue.number) return;
  const saved = await ports.incidents.save({ ...incident, issueNumber: issue.number }, incident, []);
  if (saved === "conflict")
    throw new Error("the incident changed while its issue was written; the job will be tried again");
  ports.log.info("incident filed", { incident: incidentId, repo: incident.home.repoId, issue: issue.number });
}
