import { parseCommand, type IncidentCommand } from "../core/incident/commands.ts";
import type { IncidentEvent } from "../core/incident/events.ts";
import type { Actor, Incident } from "../core/incident/incident.ts";
import type { Secret } from "../core/scan/secret.ts";
import { answerCommand, takeBack, type AnswerPorts } from "./answer-command.ts";
import { accepted, misunderstood, refused, type Answer, type AskedThere } from "./command-desk.ts";
import { incidentHere } from "./incident-here.ts";
import { mayAsk, whoMay } from "./incident-rights.ts";
import type { NoteIssueChange, RunIncidentCommand } from "./ports/incident-commands.ts";
import type { DrillField } from "./ports/drill-field.ts";
import type { IncidentConfigOf } from "./ports/incident-config.ts";
import type { JobQueue } from "./ports/jobs.ts";
import { answerOnPull, stillLooking, type PullCommandPorts } from "./run-pull-command.ts";
import { recordEvents } from "./record-events.ts";
import { startDrill } from "./start-drill.ts";
import { looksAgainAt } from "./while-unjudged.ts";

export type CommandPorts = AnswerPorts &
  PullCommandPorts & {
    readonly incidentConfigOf: IncidentConfigOf;
    readonly drills: DrillField;
    readonly queue: JobQueue;
    /** A made-up credential that only a drill uses. */
    readonly newDrillKey: () => Secret;
  };

/**
 * Does what a comment asks for, if its writer may. The comment is read now; what it says is looked through for credentials before any
 * of it is kept. What is about a head that is being judged waits for its verdict. Safe to repeat: what a comment asked for is recorded
 * under its id, and it is answered once.
 */
export async function runIncidentCommand(
  { waits = 0, ...ref }: RunIncidentCommand["data"],
  ports: CommandPorts,
): Promise<void> {
  const comment = await ports.desk.comment(ref);
  if (!comment || comment.ours) return;
  const parsed = parseCommand(comment.text);
  if (parsed.kind === "none") return;
  const incident = await incidentHere(ref, ports);
  const config = await ports.incidentConfigOf(incident?.home ?? ref.repo);
  const asked: Asked = { ref, incident, config, login: comment.login, text: comment.text };
  const answer =
    parsed.kind === "problem"
      ? misunderstood(parsed.problem)
      : ((await answerOnPull(parsed.command, asked, ports)) ?? (await answerHere(parsed.command, asked, ports)));
  const notBefore = answer === "unjudged" ? looksAgainAt(waits, ports.clock()) : null;
  if (notBefore !== null) {
    const job = { name: "run-incident-command", data: { ...ref, waits: waits + 1 }, notBefore } as const;
    await ports.queue.enqueue(job, `${ref.repo.repoId}:${ref.commentId}:${waits + 1}`);
    return;
  }
  const said = answer === "unjudged" ? stillLooking : answer;
  await ports.desk.answer(ref, said);
  ports.log.info("a command was answered", { comment: ref.commentId, accepted: said.accepted });
}

type Asked = AskedThere & { readonly incident: Incident | null };

async function answerHere(command: IncidentCommand, asked: Asked, ports: CommandPorts): Promise<Answer> {
  const { ref, incident, config, login } = asked;
  const { repo, commentId } = ref;
  if (command.verb !== "drill")
    return answerCommand(command, { ...asked, repo, source: `comment:${commentId}` }, ports);
  if (!(await mayAsk("drill", { repo, incident, config, login }, ports.desk)))
    return refused(`\`/keyward drill\` takes ${whoMay("drill", config)}.`);
  const problem = await startDrill({ repo, id: String(commentId) }, ports);
  return problem === null ? accepted() : refused(problem);
}

/**
 * Somebody closed the issue of an incident by hand, or opened it again. Closed without proof is not over: it is opened again, and told
 * why. What Keyward did itself is nobody's word.
 */
export async function noteIssueChange(
  { repo, issueNumber, action, login, at }: NoteIssueChange["data"],
  ports: Pick<CommandPorts, "desk" | "incidents" | "suppressions" | "clock">,
): Promise<void> {
  const incident = await incidentHere({ repo, issueNumber }, ports);
  if (!incident || login === (await ports.desk.ownLogin())) return;
  if (action === "reopened" && incident.state === "dismissed") {
    const note = "the issue was opened again by hand";
    await takeBack(incident, { by: login, note, source: `issue:${at}` }, ports);
    return;
  }
  const by: Actor = { kind: "person", login };
  const event: IncidentEvent =
    action === "closed"
      ? { kind: "closedByHand", by }
      : { kind: "reopened", by, reason: "the issue was opened again by hand" };
  await recordEvents(incident.id, () => [event], ports, `issue:${action}:${at}`);
}
