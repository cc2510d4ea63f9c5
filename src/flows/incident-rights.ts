import type { Verb } from "../core/incident/commands.ts";
import type { Incident } from "../core/incident/incident.ts";
import type { IncidentConfig } from "../core/incident/incident-config.ts";
import type { RepoRef } from "../core/change/change.ts";
import { isEnough, rightToAsk, type Right } from "../core/incident/rights.ts";
import { isSame } from "../core/suppression/suppression.ts";
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
  if (right.role === "write" && incident?.owner?.logins.some((one) => isSame(one, login))) return true;
  return hasRight(repo, login, right, desk);
}

/** By role or by team. */
export async function hasRight(
  repo: RepoRef,
  login: string,
  right: Right,
  desk: Pick<CommandDesk, "roleOf" | "isInTeam">,
): Promise<boolean> {
  if (isEnough(await desk.roleOf(repo, login), right)) return true;
  for (const team of right.teams) if (await desk.isInTeam(repo, team, login)) return true;
  return false;
}

/** Who may not decide may request, if they may write or brought the secret in. */
export const mayRequest = async (
  repo: RepoRef,
  login: string,
  authors: readonly string[],
  desk: Pick<CommandDesk, "roleOf" | "isInTeam">,
): Promise<boolean> =>
  authors.some((author) => isSame(author, login)) || (await hasRight(repo, login, rightToAsk, desk));

/** Who may, for whoever may not: Markdown without a full stop. */
export function whoMay(verb: Verb, { rights }: IncidentConfig): string {
  const { role, teams } = rights[verb];
  return [`the role ${role}`, ...teams.map((team) => `the team ${team}`)].join(" or ");
}
