import { parseCommand } from "../core/incident/commands.ts";
import { answerCommand, type AnswerPorts } from "./answer-command.ts";
import { misunderstood, refused, type Answer } from "./command-desk.ts";
import type { IncidentConfigOf } from "./ports/incident-config.ts";

export type OperatorCommandPorts = AnswerPorts & { readonly incidentConfigOf: IncidentConfigOf };

/** What an operator passes on to an incident, for somebody who cannot say it to Keyward. */
export type OperatorCommand = {
  readonly incidentId: string;
  /** As in a comment, without `/keyward`. */
  readonly words: string;
  /** Whose word it is: it takes their right in the incident's home, as GitHub says. */
  readonly login: string;
  /** Who passes it on, and is named with it. */
  readonly operator: string;
  /** Another one with each command. */
  readonly id: string;
};

/**
 * Does what somebody says by way of an operator, where Keyward hears no comments: a draft advisory has none. The same rights hold as in
 * a comment, and what is said is looked through for credentials before any of it is kept.
 */
export async function runOperatorCommand(
  { incidentId, words, login, operator, id }: OperatorCommand,
  ports: OperatorCommandPorts,
): Promise<Answer> {
  const incident = await ports.incidents.byId(incidentId);
  if (!incident) return refused("There is no such incident.");
  const text = words.replaceAll(/\s+/g, " ");
  const parsed = parseCommand(`/keyward ${text}`);
  if (parsed.kind !== "command")
    return misunderstood(parsed.kind === "problem" ? parsed.problem : "there is no command");
  const config = await ports.incidentConfigOf(incident.home);
  const said = { repo: incident.home, incident, config, login, text, source: `operator:${id}`, through: operator };
  return answerCommand(parsed.command, said, ports);
}
