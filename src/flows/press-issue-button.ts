import { isActive, type Incident } from "../core/incident/incident.ts";
import type { IncidentConfig } from "../core/incident/incident-config.ts";
import { incidentHere } from "./incident-here.ts";
import { mayAsk, whoMay } from "./incident-rights.ts";
import type { CommandDesk, PressIssueButton } from "./ports/incident-commands.ts";
import type { IncidentConfigOf } from "./ports/incident-config.ts";
import type { JobQueue } from "./ports/jobs.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";
import { whyNotRevoke } from "./revoke-credential.ts";

export type ButtonPorts = RecordPorts & {
  readonly desk: CommandDesk;
  readonly incidentConfigOf: IncidentConfigOf;
  /** Why the credential of an incident cannot be revoked by Keyward; null: it can. */
  readonly cannotRevoke: (incident: Incident) => Promise<string | null>;
  readonly queue: JobQueue;
};

/**
 * Somebody ticked a button in the issue of an incident: what it says is done if they may, else they are told, and the box is empty
 * again. Safe to repeat: a press is recorded, and answered, once.
 */
export async function pressIssueButton(press: PressIssueButton["data"], ports: ButtonPorts): Promise<void> {
  const { repo, issueNumber, button, login, at } = press;
  const incident = await incidentHere({ repo, issueNumber }, ports);
  if (!incident || login === (await ports.desk.ownLogin())) return;
  const source = `button:${button}:${at}`;
  const isDone = (await ports.incidents.timeline(incident.id)).some((entry) => entry.source === source);
  if (isDone) return;
  const config = await ports.incidentConfigOf(incident.home);
  const obstacle = await obstacleTo(press, incident, config, ports);
  if (obstacle === null) {
    await recordEvents(incident.id, () => [{ kind: "revocationAsked", by: { kind: "person", login } }], ports, source);
    return;
  }
  await ports.desk.say({ repo, issueNumber }, { key: `${button}:${at}`, since: at, text: obstacle });
  // The body is written anew, with the box empty.
  const { id: incidentId, installationId } = incident;
  await ports.queue.enqueue({ name: "sync-issue", data: { installationId, incidentId } }, incidentId);
}

async function obstacleTo(
  { repo, button, login }: PressIssueButton["data"],
  incident: Incident,
  config: IncidentConfig,
  { desk, cannotRevoke }: ButtonPorts,
): Promise<string | null> {
  if (!(await mayAsk(button, { repo, incident, config, login }, desk))) {
    return `Nothing was revoked: that takes ${whoMay(button, config)}.`;
  }
  if (!isActive(incident)) return `Nothing was revoked: the incident is ${incident.state}.`;
  return whyNotRevoke(incident, cannotRevoke);
}
