import type { IncidentCommand } from "../core/incident/commands.ts";
import type { Incident } from "../core/incident/incident.ts";
import { isSame } from "../core/suppression/suppression.ts";
import { briefOf } from "../core/verdict/brief.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { answerSuppressions, wasAnsweredIn } from "./ask-suppression.ts";
import {
  accepted,
  credentialInComment,
  helpOn,
  holdsCredential,
  notYourOwn,
  refused,
  someoneElse,
  verbsOfPulls,
  wishOf,
  type Answer,
  type AskedThere,
} from "./command-desk.ts";
import { hasRight, whoMay } from "./incident-rights.ts";
import { headReport, type ReportPorts } from "./head-report.ts";
import type { CheckReport, Head } from "./ports/check-runs.ts";
import type { CommandDesk } from "./ports/incident-commands.ts";
import type { PullRequests } from "./ports/pull-requests.ts";
import type { Logger } from "./ports/system.ts";
import { rescanHead, type RescanPorts } from "./rescan-head.ts";
import { blockingIn, choose, namesOf, suppressOnHead, type SuppressOnHeadPorts } from "./suppress-on-head.ts";

export type PullCommandPorts = ReportPorts &
  RescanPorts &
  SuppressOnHeadPorts & {
    readonly desk: CommandDesk;
    readonly pulls: PullRequests;
    readonly scannerFor: (installationId: number) => ContentScanner;
    readonly log: Logger;
  };

type PullVerb = (typeof verbsOfPulls)[number];
type PullCommand = Extract<IncidentCommand, { readonly verb: PullVerb }>;

const isForPulls = (command: IncidentCommand): command is PullCommand =>
  verbsOfPulls.some((verb) => verb === command.verb);

/** Answers a command in a comment of a pull request; null: it stands somewhere else. `unjudged`: the head's verdict is to be waited for. */
export async function answerOnPull(
  command: IncidentCommand,
  asked: AskedThere & { readonly incident: Incident | null },
  ports: PullCommandPorts,
): Promise<Answer | "unjudged" | null> {
  const { ref, incident, config, login } = asked;
  if (incident || command.verb === "drill") return null;
  const pull = await ports.pulls.find(ref.repo, ref.issueNumber);
  if (!pull) return null;
  if (!isForPulls(command))
    return refused(`\`/keyward ${command.verb}\` is for the issue of an incident. Here you can write:\n\n${helpHere}`);
  if (command.verb === "help") return accepted(helpHere);
  const head: Head = { repo: ref.repo, sha: pull.head };
  if (command.verb === "dismiss") return dismiss(command, { ...asked, head, author: pull.author }, ports);
  const right = config.rights[command.verb];
  const own = command.verb === "rescan" && isSame(pull.author, login);
  if (!own && !(await hasRight(ref.repo, login, right, ports.desk)))
    return refused(`\`/keyward ${command.verb}\` takes ${whoMay(command.verb, config)}.`);
  if (command.verb === "rescan") {
    await rescanHead(head, ports);
    return accepted();
  }
  const report = await headReport(head, ports);
  if (command.verb === "status")
    return report ? accepted(briefOf(report, ref.repo.visibility === "public")) : stillLooking;
  if (!report) return "unjudged";
  return answer(command, report, asked, ports);
}

const helpHere = helpOn(verbsOfPulls);

export const stillLooking = refused("Keyward is still looking at this change. Ask again when its check has ended.");

type OnPull = AskedThere & { readonly head: Head; readonly author: string };

async function dismiss(
  command: Extract<PullCommand, { readonly verb: "dismiss" }>,
  { ref, config, login, text, head, author }: OnPull,
  ports: PullCommandPorts,
): Promise<Answer | "unjudged"> {
  const report = await headReport(head, ports);
  if (!report) return "unjudged";
  const notices = report.verdict.notices.map(({ finding }) => finding.fingerprint);
  // At an earlier try of the same job, whose answer was lost, it was dismissed.
  const before = report.suppressed.filter(({ by }) => by.state !== "dead" && by.id.startsWith(`${sourceOf(ref)}:`));
  const blocking = [...blockingIn(report), ...before.map(({ found }) => found.finding.fingerprint)];
  const candidates = command.subject.kind === "named" ? [...blocking, ...notices] : blocking;
  const meant = choose(command.subject, candidates, "Nothing blocks here.");
  if ("problem" in meant) return refused(meant.problem);
  if (await holdsCredential(text, ref.repo.installationId, ports.scannerFor)) return credentialInComment;
  const outcome = await suppressOnHead(
    {
      ...wishOf(command, login, ports.clock()),
      head,
      fingerprints: meant.chosen,
      onlyAsks: false,
      alsoBy: [author],
      idOf: (fingerprint) => `${sourceOf(ref)}:${fingerprint}`,
    },
    config,
    ports,
  );
  if (!outcome) return refused(`\`/keyward dismiss\` takes ${whoMay("dismiss", config)}.`);
  const isPublic = ref.repo.visibility === "public";
  const said = [
    ...(outcome.approved.length > 0 ? [`Dismissed: ${namesOf(outcome.approved, isPublic)}.`] : []),
    ...(outcome.waiting.length > 0
      ? [
          `Asked for: ${namesOf(outcome.waiting, isPublic)}. ${someoneElse(outcome.decides, config)} with \`/keyward allow\` or \`/keyward deny\`.`,
        ]
      : []),
  ];
  return accepted(said.join("\n\n"));
}

async function answer(
  command: Extract<PullCommand, { readonly verb: "allow" | "deny" | "reopen" }>,
  report: CheckReport,
  { ref, login, text }: AskedThere,
  ports: PullCommandPorts,
): Promise<Answer> {
  const { installationId, repoId } = ref.repo;
  const source = sourceOf(ref);
  const waiting = report.waiting.map(({ fingerprint }) => fingerprint);
  const suppressed = report.suppressed.map(({ found }) => found.finding.fingerprint);
  if (await wasAnsweredIn(source, installationId, [...suppressed, ...blockingIn(report)], ports)) return accepted();
  const takesBack = command.verb === "reopen";
  const meant = takesBack
    ? choose(command.subject, [...suppressed, ...waiting], "Nothing is dismissed here.")
    : choose(command.subject, waiting, "Nothing was asked for here that is not answered.");
  if ("problem" in meant) return refused(meant.problem);
  if (await holdsCredential(text, installationId, ports.scannerFor)) return credentialInComment;
  const { answered, own } = await answerSuppressions(
    {
      installationId,
      secrets: meant.chosen.map((fingerprint) => ({ fingerprint, repoId })),
      answer: takesBack ? "taken-back" : command.verb === "allow" ? "approved" : "refused",
      by: login,
      note: takesBack ? command.reason : command.note,
      source,
    },
    ports,
  );
  if (answered.length === 0) return refused(own.length > 0 ? notYourOwn : heldElsewhere);
  return accepted(own.length > 0 ? notYourOwn : null);
}

const heldElsewhere = "That is said in the configuration, or was answered meanwhile; the check says how it stands.";

const sourceOf = ({ commentId }: AskedThere["ref"]): string => `comment:${commentId}`;
