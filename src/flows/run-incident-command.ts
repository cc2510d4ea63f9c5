import { parseCommand, usage, verbs, type IncidentCommand } from "../core/incident/commands.ts";
import type { IncidentEvent } from "../core/incident/events.ts";
import { isActive, type Actor, type Incident, type Owner } from "../core/incident/incident.ts";
import type { IncidentConfig } from "../core/incident/incident-config.ts";
import { termsOf } from "../core/incident/classify.ts";
import { timelineMarkdown } from "../core/incident/timeline-text.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import type { Secret } from "../core/scan/secret.ts";
import { mayAsk, whoMay } from "./incident-rights.ts";
import type { CommandDesk, CommandRef, NoteIssueChange } from "./ports/incident-commands.ts";
import type { DrillField } from "./ports/drill-field.ts";
import type { IncidentConfigOf } from "./ports/incident-config.ts";
import type { Logger } from "./ports/system.ts";
import { startDrill } from "./start-drill.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type CommandPorts = RecordPorts & {
  readonly desk: CommandDesk;
  readonly incidentConfigOf: IncidentConfigOf;
  readonly scannerFor: (installationId: number) => ContentScanner;
  /** Why the credential of a rule cannot be revoked by Keyward; null: it can. */
  readonly cannotRevoke: (incident: Incident) => Promise<string | null>;
  readonly drills: DrillField;
  /** A made-up credential that only a drill uses. */
  readonly newDrillKey: () => Secret;
  readonly log: Logger;
};

type Answer = { readonly accepted: boolean; readonly text: string | null };

const refused = (text: string): Answer => ({ accepted: false, text });
const done: Answer = { accepted: true, text: null };

/**
 * Does what a comment asks for, if its writer may. The comment is read now; what it says is looked through for credentials before any
 * of it is kept. Safe to repeat: what a comment asked for is recorded under its id, and it is answered once.
 */
export async function runIncidentCommand(ref: CommandRef, ports: CommandPorts): Promise<void> {
  const comment = await ports.desk.comment(ref);
  if (!comment || comment.ours) return;
  const parsed = parseCommand(comment.text);
  if (parsed.kind === "none") return;
  const incident = await ports.incidents.byIssue(ref.repo.repoId, ref.issueNumber);
  const config = await ports.incidentConfigOf(incident?.home ?? ref.repo);
  const answer =
    parsed.kind === "problem"
      ? refused(`${capital(parsed.problem)}.`)
      : await answerTo(parsed.command, { ref, incident, config, login: comment.login, text: comment.text }, ports);
  await ports.desk.answer(ref, answer);
  ports.log.info("a command was answered", { comment: ref.commentId, accepted: answer.accepted });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

type Asked = {
  readonly ref: CommandRef;
  readonly incident: Incident | null;
  readonly config: IncidentConfig;
  readonly login: string;
  readonly text: string;
};

async function answerTo(command: IncidentCommand, asked: Asked, ports: CommandPorts): Promise<Answer> {
  const { ref, incident, config, login } = asked;
  if (command.verb === "help") return { accepted: true, text: helpText };
  if (!(await mayAsk(command.verb, { repo: ref.repo, incident, config, login }, ports.desk))) {
    return refused(`\`/keyward ${command.verb}\` takes ${whoMay(command.verb, config)}.`);
  }
  if (command.verb === "drill") {
    const problem = await startDrill(ref, ports);
    return problem === null ? done : refused(problem);
  }
  if (!incident) return refused("There is no incident here: commands are written in the issue of an incident.");
  if (await holdsCredential(asked.text, ref, ports)) {
    return refused(
      "Your comment itself holds a credential, so nothing of it was kept. Delete it, and write it again without.",
    );
  }
  if (command.verb === "export") return exported(incident, ports);
  const source = `comment:${ref.commentId}`;
  // Done at an earlier try of the same job, whose answer was lost.
  if ((await ports.incidents.timeline(incident.id)).some((entry) => entry.source === source)) return done;
  const obstacle = await obstacleTo(command, incident, ports);
  if (obstacle !== null) return refused(obstacle);
  const by: Actor = { kind: "person", login };
  const recorded = await recordEvents(incident.id, () => [eventOf(command, config, by, ports.clock())], ports, source);
  return recorded && recorded.events.length > 0 ? done : refused("That changes nothing: it is so already.");
}

async function holdsCredential(text: string, { repo }: CommandRef, { scannerFor }: CommandPorts): Promise<boolean> {
  const bytes = new TextEncoder().encode(text);
  return (await scannerFor(repo.installationId).scan({ path: "comment.md", bytes })).matches.length > 0;
}

async function exported(incident: Incident, { incidents }: CommandPorts): Promise<Answer> {
  if (incident.filing?.kind === "issue" && incident.filing.audience === "everyone") {
    return refused("Everyone can read this, so the timeline is not shown here.");
  }
  const check = await incidents.checkTimeline(incident.id);
  return { accepted: true, text: timelineMarkdown(incident, await incidents.timeline(incident.id), check) };
}

/** What stands in the way of a command, in a sentence; null: nothing. */
async function obstacleTo(
  command: IncidentCommand,
  incident: Incident,
  { cannotRevoke }: CommandPorts,
): Promise<string | null> {
  if (command.verb === "reopen") return isActive(incident) ? "It is open." : null;
  if (!isActive(incident)) return `It is ${incident.state}; \`/keyward reopen\` with the reason opens it again.`;
  if (command.verb === "rotated" && incident.rotation)
    return "That was said already; `/keyward verify` asks the provider now.";
  return command.verb === "revoke" ? cannotRevoke(incident) : null;
}

type Recordable = Exclude<IncidentCommand, { readonly verb: "drill" | "export" | "help" }>;

function eventOf(command: Recordable, config: IncidentConfig, by: Actor, now: string): IncidentEvent {
  const later = (hours: number): string => new Date(Date.parse(now) + hours * 3_600_000).toISOString();
  switch (command.verb) {
    case "rotated":
      return { kind: "rotationClaimed", by };
    case "attest":
      return { kind: "attested", by, statement: command.statement };
    case "contain":
      return { kind: "phaseDone", phase: "contained", by, note: command.note };
    case "assess":
      return { kind: "phaseDone", phase: "assessed", by, note: command.note };
    case "recover":
      return { kind: "phaseDone", phase: "recovered", by, note: command.note };
    case "verify":
      return { kind: "verificationAsked", by };
    case "revoke":
      return { kind: "revocationAsked", by };
    case "class":
      return { kind: "termsSet", terms: termsOf(command.class, config), by, reason: command.reason };
    case "assign":
      return { kind: "assigned", owner: ownerOf(command.names), by };
    case "snooze":
      return { kind: "snoozed", until: later(command.hours), reason: command.reason, by };
    case "dismiss":
      return {
        kind: "dismissed",
        until: command.hours === null ? null : later(command.hours),
        reason: command.reason,
        by,
      };
    case "reopen":
      return { kind: "reopened", by, reason: command.reason };
  }
}

const ownerOf = (names: readonly string[]): Owner => ({
  source: "person",
  logins: names.filter((name) => !name.includes("/")),
  teams: names.filter((name) => name.includes("/")),
});

const helpText = `| Write | to say |\n| --- | --- |\n${verbs
  .map((verb) => `| \`/keyward ${usage[verb].words.replaceAll("|", "\\|")}\` | ${usage[verb].says} |`)
  .join("\n")}`;

/**
 * Somebody closed the issue of an incident by hand, or opened it again. Closed without proof is not over: it is opened again, and told
 * why. What Keyward did itself is nobody's word.
 */
export async function noteIssueChange(
  { repo, issueNumber, action, login, at }: NoteIssueChange["data"],
  ports: Pick<CommandPorts, "desk" | "incidents" | "clock">,
): Promise<void> {
  const incident = await ports.incidents.byIssue(repo.repoId, issueNumber);
  if (!incident || login === (await ports.desk.ownLogin())) return;
  const by: Actor = { kind: "person", login };
  const event: IncidentEvent =
    action === "closed"
      ? { kind: "closedByHand", by }
      : { kind: "reopened", by, reason: "the issue was opened again by hand" };
  await recordEvents(incident.id, () => [event], ports, `issue:${action}:${at}`);
}
