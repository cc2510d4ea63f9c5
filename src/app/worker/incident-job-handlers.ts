import type { JobHandlers } from "../../adapters/postgres/job-definition.ts";
import { endSuppressions } from "../../flows/ask-suppression.ts";
import { askRotationHooks, type AskHooksPorts } from "../../flows/ask-rotation-hooks.ts";
import { revokeCredential, type RevokePorts } from "../../flows/revoke-credential.ts";
import { cleanUpDrill } from "../../flows/start-drill.ts";
import { lookIntoIncident, type LookIntoPorts } from "../../flows/look-into-incident.ts";
import type { NoteIssueChange, PressIssueButton, RunIncidentCommand } from "../../flows/ports/incident-commands.ts";
import type { ScheduleDrills } from "../../flows/ports/drill-schedule.ts";
import type { IncidentJob, TickIncidents } from "../../flows/ports/incident-jobs.ts";
import { pressIssueButton, type ButtonPorts } from "../../flows/press-issue-button.ts";
import { noteIssueChange, runIncidentCommand, type CommandPorts } from "../../flows/run-incident-command.ts";
import { scheduleDrills, type ScheduleDrillPorts } from "../../flows/schedule-drills.ts";
import { syncIssue, type SyncIssuePorts } from "../../flows/sync-issue.ts";
import { tickIncidents, type TickPorts } from "../../flows/tick-incidents.ts";
import { verifyIncident, type VerifyPorts } from "../../flows/verify-incident.ts";

import { incidentJobs } from "./incident-jobs.ts";

export type IncidentPorts = SyncIssuePorts &
  LookIntoPorts &
  VerifyPorts &
  TickPorts &
  CommandPorts &
  ButtonPorts &
  RevokePorts &
  AskHooksPorts &
  ScheduleDrillPorts;

type AboutIncidents =
  IncidentJob | TickIncidents | ScheduleDrills | RunIncidentCommand | NoteIssueChange | PressIssueButton;

type Work = (job: AboutIncidents["name"], work: () => Promise<void>) => Promise<void>;

/** Which flow does which job about incidents. `unlessGone` ends a job whose repository is gone. */
export function incidentJobHandlers(ports: IncidentPorts, unlessGone: Work): JobHandlers<AboutIncidents> {
  return {
    "sync-issue": ({ incidentId }) => unlessGone("sync-issue", () => syncIssue(incidentId, ports)),
    "look-into-incident": ({ incidentId }) =>
      unlessGone("look-into-incident", () => lookIntoIncident(incidentId, ports)),
    "verify-incident": ({ incidentId }, { signal }) =>
      unlessGone("verify-incident", () => verifyIncident(incidentId, ports, signal)),
    "revoke-credential": ({ incidentId }, { signal, attempt }) => {
      const isLastTry = attempt > incidentJobs["revoke-credential"].retry.limit;
      return unlessGone("revoke-credential", () => revokeCredential(incidentId, ports, { signal, isLastTry }));
    },
    "ask-rotation-hooks": ({ incidentId }, { signal }) =>
      unlessGone("ask-rotation-hooks", () => askRotationHooks(incidentId, ports, signal)),
    "clean-up-drill": ({ incidentId }) => unlessGone("clean-up-drill", () => cleanUpDrill(incidentId, ports)),
    "schedule-drills": () => scheduleDrills(ports),
    "tick-incidents": async () => {
      await endSuppressions(ports);
      await tickIncidents(ports);
    },
    "run-incident-command": (data) => unlessGone("run-incident-command", () => runIncidentCommand(data, ports)),
    "note-issue-change": (data) => unlessGone("note-issue-change", () => noteIssueChange(data, ports)),
    "press-issue-button": (data) => unlessGone("press-issue-button", () => pressIssueButton(data, ports)),
  };
}
