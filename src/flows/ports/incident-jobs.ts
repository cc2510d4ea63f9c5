/** Which incident a job is about. */
export type IncidentRef = { readonly installationId: number; readonly incidentId: string };

/** What is done about one incident; each takes it as it then is. */
export type IncidentJobName =
  | "sync-issue"
  | "look-into-incident"
  | "verify-incident"
  | "revoke-credential"
  | "ask-rotation-hooks"
  | "clean-up-drill";

export type IncidentJob = {
  [Name in IncidentJobName]: { readonly name: Name; readonly data: IncidentRef };
}[IncidentJobName];

/** Lets time do to incidents what time does. */
export type TickIncidents = { readonly name: "tick-incidents"; readonly data: { readonly minute: string } };
