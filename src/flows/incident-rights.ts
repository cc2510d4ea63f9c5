import type { Verb } from "../core/incident/commands.ts";
import type { Incident } from "../core/incident/incident.ts";
import type { IncidentConfig } from "../core/incident/incident-config.ts";
import type { RepoRef } from "../core/change/change.ts";
import { isEnough } from "../core/incident/rights.ts";
import type { CommandDesk } from "./ports/incident-commands.ts";

/** Somebody who asks for something, and what it is about. */
export type Asking = {
  readonly repo: RepoRef;
  readonly incident: Incident | null;
  readonly config: IncidentConfig;
  readonly login: string;
};

/** By role, by team, or because the incident is theirs to see to: then they may do all that needs no decision. */
export async function mayAsk(
  verb: Verb,
  { repo, incident, config, login }: Asking,
  desk: Pick<CommandDesk, "roleOf" | "isInTeam">,
): Promise<boolean> {
  const right = config.rights[verb];
  if (isEnough(await desk.roleOf(repo, login), right)) return true;
  if (right.role === "write" && incident?.owner?.logins.some((one) => one.toLowerCase() === login.toLowerCase())) {
    return true;
  }
  for (const team of right.teams) if (await desk.isInTeam(repo, team, login)) return true;
  return false;
}

/** Who may, for whoever may not: Markdown without a full stop. */
export function whoMay(verb: Verb, { rights }: IncidentConfig): string {
  const { role, teams } = rights[verb];
  return [`the role ${role}`, ...teams.map((team) => `the team ${team}`)].join(" or ");
}
