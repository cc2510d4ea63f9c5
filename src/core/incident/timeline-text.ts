import type { Actor, Incident } from "./incident.ts";
import type { Pushed } from "./pushed.ts";
import type { RecordedEvent, TimelineCheck, TimelineEntry } from "./timeline.ts";

/** A comment may be 65,536 characters long; what does not fit is left to the export on the command line. */
const longest = 60_000;

/** The timeline as a Markdown table, the newest entries first to go where it does not fit. Text of people is shown as code. */
export function timelineMarkdown(
  incident: Incident,
  entries: readonly TimelineEntry[],
  check: TimelineCheck,
  limit = longest,
): string {
  const head = [
    `# Incident ${incident.id}`,
    "",
    `${plainCell(incident.title)}, ${cell(incident.mask)}, fingerprint ${cell(incident.fingerprint)}; state **${incident.state}**.`,
    "",
    check.kind === "holds"
      ? `The timeline holds: ${check.entries} entries, the last hash is ${cell(check.head)}.`
      : `**The timeline does not hold**: ${check.problem}.`,
    "",
    "| # | When | What | State |",
    "| --- | --- | --- | --- |",
  ];
  const lines = entries.map(({ seq, at, event, state }) => `| ${seq} | ${at} | ${describeEvent(event)} | ${state} |`);
  let room = limit - head.join("\n").length - 200;
  const end = lines.findIndex((line) => (room -= line.length + 1) < 0);
  const shown = end === -1 ? lines : lines.slice(0, end);
  const left = lines.length - shown.length;
  return [
    ...head,
    ...shown,
    ...(left > 0 ? ["", `… and ${left} more: \`keyward incident export\` has all.`] : []),
  ].join("\n");
}

const cell = (text: string): string => `\`${text.replace(/[`|\r\n]/g, " ")}\``;
const plainCell = (text: string): string => text.replace(/[\\`*_[\]<>&~$!:.@#|\r\n]/g, " ");

function who(by: Actor): string {
  if (by.kind === "keyward") return "Keyward";
  return by.through === undefined ? cell(by.login) : `${cell(by.login)} (says ${cell(by.through)})`;
}

/** One event in a few words, for people. */
export function describeEvent(event: RecordedEvent): string {
  switch (event.kind) {
    case "opened":
      return event.drill ? "opened, a drill" : "opened";
    case "seenAgain":
      return `seen again, at ${event.places} ${event.places === 1 ? "place" : "places"}${pushText(event.pushed)}`;
    case "termsSet":
      return `class ${event.terms.class} by ${who(event.by)}: ${cell(event.reason)}`;
    case "filed":
      return event.filing.kind === "issue"
        ? `filed as issue ${event.filing.number} of ${cell(`${event.filing.repo.owner}/${event.filing.repo.name}`)}`
        : `filed as advisory ${cell(event.filing.ghsaId)}`;
    case "filingLost":
      return "what was filed is gone";
    case "ownerFound":
    case "assigned":
      return `owner: ${cell([...event.owner.logins, ...event.owner.teams].join(", "))} (${event.owner.source})`;
    case "exposureMeasured":
      return "exposure looked into";
    case "acknowledged":
      return `acknowledged by ${who(event.by)}`;
    case "phaseDone":
      return `${event.phase} by ${who(event.by)}${event.note === "" ? "" : `: ${cell(event.note)}`}`;
    case "rotationClaimed":
      return `rotated, says ${who(event.by)}${event.overlap === "impossible" ? "; no overlap is possible" : ""}`;
    case "overlapEnded":
      return "the overlap is over";
    case "verificationAsked":
      return `verification asked by ${who(event.by)}`;
    case "probed":
      return `${cell(event.evidence.host ?? "nobody")} was asked: ${event.state} (${cell(event.evidence.reason)})`;
    case "attested":
      return `attested dead by ${who(event.by)}: ${cell(event.statement)}`;
    case "revocationAsked":
      return `revocation asked by ${who(event.by)}`;
    case "revocationAnswered":
      return `revocation: ${event.outcome} (${cell(event.evidence.reason)})`;
    case "hookAnswered":
      return `rotation hook ${cell(event.hook)}: ${event.outcome} (${cell(event.detail)})`;
    case "textRedacted":
      return redactionText(event);
    case "snoozed":
      return `silent until ${event.until} by ${who(event.by)}: ${cell(event.reason)}`;
    case "snoozeEnded":
      return "not silent any more";
    case "dismissalAsked":
      return `dismissal asked for${event.until === null ? "" : `, until ${event.until},`} by ${who(event.by)}: ${cell(event.reason)}`;
    case "dismissalRefused":
      return `dismissal refused by ${who(event.by)}: ${cell(event.reason)}`;
    case "dismissed":
      return `dismissed${event.until === null ? "" : ` until ${event.until}`} by ${who(event.by)}: ${cell(event.reason)}`;
    case "dismissalExpired":
      return "the dismissal ran out";
    case "closedByHand":
      return `the issue was closed by hand by ${who(event.by)}`;
    case "reopened":
      return `opened again by ${who(event.by)}: ${cell(event.reason)}`;
    case "reminded":
      return `reminded: ${event.of}`;
    case "escalated":
      return `escalated to ${cell(event.to)}`;
    case "repositoryChanged":
      return `${cell(event.repository)} ${happenedTo[event.how]}`;
    case "drillEnded":
      return `the drill ended${event.cleanedUp ? "" : ", but could not clean up"}`;
  }
}

const pushText = (pushed: Pushed | undefined): string =>
  pushed?.branch ? `, pushed to ${cell(pushed.branch.name)} of repository ${pushed.branch.repoId}` : "";

const happenedTo = {
  "made-public": "became public",
  transferred: "went to another account",
  deleted: "was deleted",
  removed: "is not shown to Keyward any more",
};

function redactionText({ place, outcome, detail }: Extract<RecordedEvent, { kind: "textRedacted" }>): string {
  const where = place.surface.replace("-", " ");
  switch (outcome) {
    case "masked":
      return `masked in a text (${where})`;
    case "refused":
      return `could not be masked in a text (${where}): ${cell(detail)}`;
    case "removed":
      return `taken out of a text (${where}) by somebody`;
  }
}
