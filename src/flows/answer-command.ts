import type { RepoRef } from "../core/change/change.ts";
import type { DismissCommand, IncidentCommand } from "../core/incident/commands.ts";
import type { IncidentEvent } from "../core/incident/events.ts";
import { isActive, type Actor, type Incident, type Owner } from "../core/incident/incident.ts";
import type { IncidentConfig } from "../core/incident/incident-config.ts";
import { termsOf } from "../core/incident/classify.ts";
import { timelineMarkdown } from "../core/incident/timeline-text.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { answerSuppressions, askSuppression, wasAnsweredIn, type AskPorts } from "./ask-suppression.ts";
import {
  accepted,
  credentialInComment,
  helpOn,
  holdsCredential,
  isMeant,
  notYourOwn,
  refused,
  someoneElse,
  verbsOfIncidents,
  wishOf,
  type Answer,
} from "./command-desk.ts";
import { hasRight, mayAsk, mayRequest, whoMay } from "./incident-rights.ts";
import { incidentCommits, leakAuthorsOf, type LeakAuthorsPorts } from "./leak-authors.ts";
import type { CommandDesk } from "./ports/incident-commands.ts";
import type { RotationSteps } from "./ports/issues.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";
import { whyNotRevoke } from "./revoke-credential.ts";

export type AnswerPorts = RecordPorts &
  AskPorts &
  LeakAuthorsPorts & {
    readonly desk: Pick<CommandDesk, "roleOf" | "isInTeam">;
    readonly scannerFor: (installationId: number) => ContentScanner;
    /** Why the credential of an incident cannot be revoked by Keyward; null: it can. */
    readonly cannotRevoke: (incident: Incident) => Promise<string | null>;
    /** How a credential of this rule is rotated; null: nothing special is known. */
    readonly rotationSteps: (ruleId: string) => RotationSteps | null;
  };

/** A command, and what holds where it is said. */
export type AskedOfIncident = {
  /** Where rights are looked up. */
  readonly repo: RepoRef;
  readonly incident: Incident | null;
  readonly config: IncidentConfig;
  readonly login: string;
  /** All of what was said. */
  readonly text: string;
  /** Names this saying: what it asked for is recorded once under it. */
  readonly source: string;
  /** Who passed it on, if it was not said to Keyward itself. */
  readonly through?: string;
};

/** Does what a command to an incident says, if whoever says it may. Safe to repeat: it is recorded once under its source. */
export async function answerCommand(
  command: IncidentCommand,
  asked: AskedOfIncident,
  ports: AnswerPorts,
): Promise<Answer> {
  const { repo, incident, config, login, source, through } = asked;
  if (command.verb === "help") return accepted(helpOn(verbsOfIncidents));
  if (command.verb === "dismiss")
    return incident ? dismiss(command, { ...asked, incident }, ports) : refused(noIncident);
  if (!(await mayAsk(command.verb, { repo, incident, config, login }, ports.desk)))
    return refused(`\`/keyward ${command.verb}\` takes ${whoMay(command.verb, config)}.`);
  if (command.verb === "drill") return refused("A drill is asked for in a comment, in an issue of its repository.");
  if (!incident) return refused(noIncident);
  if (command.verb === "status") return accepted(statusOf(incident));
  if (command.verb === "rescan")
    return refused("That is for pull requests; `/keyward verify` asks here whether the credential is alive.");
  if (await holdsCredential(asked.text, repo.installationId, ports.scannerFor)) return credentialInComment;
  if (command.verb === "export") return exported(incident, ports);
  if (await wasAnsweredIn(source, incident.installationId, [incident.fingerprint], ports)) return accepted();
  if (command.verb === "allow" || command.verb === "deny")
    return answerDismissal(command, { ...asked, incident }, ports);
  if (command.verb === "reopen" && incident.state !== "closed") {
    if (await takeBack(incident, { by: login, note: command.reason, source }, ports)) return accepted();
    if (incident.state === "dismissed")
      return refused("The configuration dismisses it: `suppressions` in keyward.yml.");
  }
  // Done at an earlier try of the same job, whose answer was lost.
  if ((await ports.incidents.timeline(incident.id)).some((entry) => entry.source === source)) return accepted();
  const obstacle = await obstacleTo(command, incident, ports);
  if (obstacle !== null) return refused(obstacle);
  const by: Actor = { kind: "person", login, ...(through !== undefined && { through }) };
  const overlap = ports.rotationSteps(incident.ruleId)?.overlap ?? "unknown";
  const event = eventOf(command, { config, overlap, by, now: ports.clock() });
  const recorded = await recordEvents(incident.id, () => [event], ports, source);
  return recorded && recorded.events.length > 0 ? accepted() : refused("That changes nothing: it is so already.");
}

const noIncident = "There is no incident here: commands are written in the issue of an incident, or in a pull request.";

async function exported(incident: Incident, { incidents }: AnswerPorts): Promise<Answer> {
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
  { cannotRevoke }: AnswerPorts,
): Promise<string | null> {
  if (command.verb === "reopen") return isActive(incident) ? "It is open." : null;
  if (!isActive(incident)) return `It is ${incident.state}; \`/keyward reopen\` with the reason opens it again.`;
  if (command.verb === "rotated" && incident.rotation)
    return "That was said already; `/keyward verify` asks the provider now.";
  return command.verb === "revoke" ? whyNotRevoke(incident, cannotRevoke) : null;
}

/** Dismissing an incident is suppressing its secret, wherever it stands; the two are one thing. */
async function dismiss(
  command: DismissCommand,
  { repo, incident, config, login, text, source }: AskedOfIncident & { readonly incident: Incident },
  ports: AnswerPorts,
): Promise<Answer> {
  const authors = await leakAuthorsOf(incident, incidentCommits(incident), ports);
  const decides = await hasRight(repo, login, config.rights.dismiss, ports.desk);
  if (!decides && !(await mayRequest(repo, login, authors.logins, ports.desk)))
    return refused(`\`/keyward dismiss\` takes ${whoMay("dismiss", config)}.`);
  if (await holdsCredential(text, repo.installationId, ports.scannerFor)) return credentialInComment;
  if (!isMeant(command.subject, incident.fingerprint)) return refused("That is not the fingerprint of this incident.");
  if (!isActive(incident) && incident.state !== "dismissed")
    return refused(`It is ${incident.state}; there is nothing to dismiss.`);
  const { approved, waiting } = await askSuppression(
    {
      ...wishOf(command, login, ports.clock()),
      installationId: incident.installationId,
      secrets: [{ fingerprint: incident.fingerprint, repoId: null, authors }],
      decides,
      idOf: (fingerprint) => `${source}:${fingerprint}`,
    },
    ports,
  );
  if (approved.length > 0) return accepted();
  if (waiting.length > 0)
    return accepted(`That is asked for now. ${someoneElse(decides, config)} with \`/keyward allow\`.`);
  return refused("It is dismissed; `/keyward reopen` with the reason takes that back.");
}

async function answerDismissal(
  command: Extract<IncidentCommand, { readonly verb: "allow" | "deny" }>,
  { incident, login, source }: AskedOfIncident & { readonly incident: Incident },
  ports: AnswerPorts,
): Promise<Answer> {
  if (!isMeant(command.subject, incident.fingerprint)) return refused("That is not the fingerprint of this incident.");
  const { installationId, fingerprint } = incident;
  const answer = command.verb === "allow" ? "approved" : "refused";
  const secrets = [{ fingerprint, repoId: null }];
  const { answered, own } = await answerSuppressions(
    { installationId, secrets, answer, by: login, note: command.note, source },
    ports,
  );
  if (answered.length > 0) return accepted();
  return refused(own.length > 0 ? notYourOwn : "Nothing was asked for here that is not answered.");
}

/** Takes a dismissal back. Whether there was something to take back. */
export async function takeBack(
  { installationId, fingerprint }: Incident,
  said: { readonly by: string; readonly note: string; readonly source: string },
  ports: AskPorts,
): Promise<boolean> {
  const secrets = [{ fingerprint, repoId: null }];
  const { answered } = await answerSuppressions({ ...said, installationId, secrets, answer: "taken-back" }, ports);
  return answered.length > 0;
}

function statusOf({ state, countdown, done, dismissal }: Incident): string {
  if (state === "dismissed")
    return dismissal?.until ? `It is **dismissed** until ${dismissal.until}.` : "It is **dismissed**.";
  if (state === "closed") return "It is **closed**.";
  return `It is **${state}**, and has to be ${done.contained ? "over" : "contained"} by ${countdown.dueAt}.`;
}

type Recordable = Exclude<
  IncidentCommand,
  { readonly verb: "dismiss" | "allow" | "deny" | "rescan" | "status" | "drill" | "export" | "help" }
>;

/** What an event takes beside the command itself. */
type Said = {
  readonly config: IncidentConfig;
  readonly overlap: RotationSteps["overlap"];
  readonly by: Actor;
  readonly now: string;
};

function eventOf(command: Recordable, { config, overlap, by, now }: Said): IncidentEvent {
  const later = (hours: number): string => new Date(Date.parse(now) + hours * 3_600_000).toISOString();
  switch (command.verb) {
    case "rotated":
      return { kind: "rotationClaimed", by, ...(overlap === "impossible" && { overlap }) };
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
    case "reopen":
      return { kind: "reopened", by, reason: command.reason };
  }
}

const ownerOf = (names: readonly string[]): Owner => ({
  source: "person",
  logins: names.filter((name) => !name.includes("/")),
  teams: names.filter((name) => name.includes("/")),
});
