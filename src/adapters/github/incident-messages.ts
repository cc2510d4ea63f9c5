import type { Incident } from "../../core/incident/incident.ts";
import type { RecordedEvent, TimelineEntry } from "../../core/incident/timeline.ts";
import { actorText, mention, type Audience } from "./issue-body.ts";
import { plain, shortened, timeText } from "./markdown.ts";
import { redactionMessage } from "./redaction-text.ts";

/** What people are told of an event, in Markdown; null: it shows in the issue itself, and that is enough. */
export function messageOf(
  entry: TimelineEntry,
  incident: Incident,
  all: readonly TimelineEntry[],
  audience: Audience,
): string | null {
  if (audience === "everyone") return publicMessage(entry.event);
  const { event } = entry;
  switch (event.kind) {
    case "seenAgain":
      return regressed(entry, all)
        ? `The same credential was ${event.first.every(({ kind }) => kind === "text") ? "written" : "pushed"} again after it was dead. The incident is open again, as class **${incident.terms.class}**.`
        : null;
    case "closedByHand":
      return missing(incident);
    case "rotationClaimed":
      if (event.overlap === "impossible")
        return `${actorText(event.by)} says that a new credential is in use. Here only one can be alive at a time, so there is no overlap: the old one has to be dead now, and Keyward looks.`;
      return `${actorText(event.by)} says that a new credential is in use. The old one may live beside it until ${timeText(
        incident.rotation?.overlapUntil ?? entry.at,
      )}; then it has to be dead, and Keyward looks.`;
    case "probed":
      return probeMessage(event, entry, incident, all);
    case "attested":
      return `${actorText(event.by)} attests that the old credential is dead: ${plain(shortened(event.statement, 1000))}`;
    case "revocationAsked":
      return `${actorText(event.by)} asked to revoke the credential at the provider. That cannot be undone.`;
    case "revocationAnswered":
      return `Revoking at the provider: **${event.outcome}**. ${plain(shortened(event.evidence.reason, 300))}`;
    case "hookAnswered":
      return `The rotation hook ${plain(shortened(event.hook, 100))} was asked to rotate: **${event.outcome}**. ${plain(shortened(event.detail, 300))}`;
    case "dismissalAsked":
      return `${actorText(event.by)} asks to dismiss this: ${plain(shortened(event.reason, 500))} Somebody else who may decides it: \`/keyward allow\` or \`/keyward deny\`.`;
    case "dismissalRefused":
      return `${actorText(event.by)} refuses to dismiss this: ${plain(shortened(event.reason, 500))}`;
    case "textRedacted":
      return redactionMessage(event, incident);
    case "dismissalExpired":
      return "The dismissal has run out, so this is open again.";
    case "reopened":
      return `${actorText(event.by)} opened this again: ${plain(shortened(event.reason, 500))}`;
    case "reminded":
      return reminder(event.of, incident);
    case "escalated":
      return `${mention(event.to)}: the time for this has run out.`;
    case "repositoryChanged":
      return event.how === "made-public"
        ? "The repository became public: everybody can read what was committed to it. Treat the credential as known to everybody."
        : null;
    case "drillEnded":
      return drillReport(incident, all, event.cleanedUp);
    case "opened":
    case "termsSet":
    case "filed":
    case "filingLost":
    case "ownerFound":
    case "assigned":
    case "exposureMeasured":
    case "acknowledged":
    case "phaseDone":
    case "overlapEnded":
    case "verificationAsked":
    case "snoozed":
    case "snoozeEnded":
    case "dismissed":
      return null;
  }
}

/** In a public place a word is said only to whoever closed the issue. */
function publicMessage(event: RecordedEvent): string | null {
  return event.kind === "closedByHand"
    ? "This is not over yet, so it is open again. A maintainer knows what is missing."
    : null;
}

function missing({ terms }: Incident): string {
  const proof = terms.probing
    ? "write `/keyward rotated` so that Keyward asks the provider, or `/keyward attest` with how you know"
    : "write `/keyward attest` with how you know";
  return `This is open again, as nothing shows yet that the old credential is dead: ${proof}; if it need not be followed, \`/keyward dismiss\` with the reason.`;
}

function regressed(entry: TimelineEntry, all: readonly TimelineEntry[]): boolean {
  const before = all.find(({ seq }) => seq === entry.seq - 1);
  return before?.state === "closed" && entry.state !== "closed";
}

function probeMessage(
  event: Extract<RecordedEvent, { kind: "probed" }>,
  entry: TimelineEntry,
  incident: Incident,
  all: readonly TimelineEntry[],
): string | null {
  const asked = plain(shortened(event.evidence.host ?? "Keyward", 100));
  const reason = plain(shortened(event.evidence.reason, 300));
  const before = all.filter(({ seq }) => seq < entry.seq);
  switch (event.state) {
    case "revoked":
      return `The old credential is dead: ${asked} refuses it (${reason}). This incident is closed.`;
    case "live": {
      const claim = before.findLast(({ event }) => event.kind === "rotationClaimed");
      const ended = before.some(({ event, seq }) => event.kind === "overlapEnded" && seq > (claim?.seq ?? 0));
      if (claim && !ended && incident.rotation) {
        return `The old credential is still alive (${asked}: ${reason}), which it may be until ${timeText(incident.rotation.overlapUntil)}.`;
      }
      return `**The old credential is still alive**: ${asked} accepts it (${reason}). This stays open. Revoke it, then write \`/keyward rotated\` or \`/keyward verify\`.`;
    }
    case "unknown":
      return isNews(entry, before)
        ? `Whether the old credential is dead could not be found out: ${reason}. If you know that it is, write \`/keyward attest\` with how you know.`
        : null;
  }
}

/** The first "unknown" since somebody asked, or since there was another answer. */
function isNews({ seq }: TimelineEntry, before: readonly TimelineEntry[]): boolean {
  const asked = ({ event }: TimelineEntry): boolean =>
    event.kind === "rotationClaimed" ||
    event.kind === "overlapEnded" ||
    (event.kind === "verificationAsked" && event.by.kind === "person") ||
    (event.kind === "probed" && event.state !== "unknown");
  const unknownBefore = before.findLast((entry) => entry.event.kind === "probed" && entry.seq < seq);
  const askedBefore = before.findLast(asked);
  return (unknownBefore?.seq ?? 0) <= (askedBefore?.seq ?? 0);
}

function reminder(of: "half" | "due" | "overdue", { countdown, owner, done }: Incident): string {
  const to = owner ? `${[...owner.logins, ...owner.teams].map(mention).join(", ")}: ` : "";
  const goal = done.contained ? "be over" : "be contained";
  if (of === "half") return `${to}half of the time has passed; this has to ${goal} by ${timeText(countdown.dueAt)}.`;
  if (of === "due") return `${to}this had to ${goal} by ${timeText(countdown.dueAt)}, which is now.`;
  return `${to}this had to ${goal} by ${timeText(countdown.dueAt)} and is still not.`;
}

/** What the drill measured, from the timeline. */
function drillReport(incident: Incident, all: readonly TimelineEntry[], cleanedUp: boolean): string {
  const start = all[0]?.at ?? incident.openedAt;
  const planted = incident.occurrences[0]?.seenAt ?? start;
  const firstOf = (wanted: (event: RecordedEvent) => boolean): string | null =>
    all.find(({ event }) => wanted(event))?.at ?? null;
  const span = (until: string | null): string =>
    until === null ? "not done" : `${Math.max(0, Math.round((Date.parse(until) - Date.parse(planted)) / 1000))} s`;
  const closedAt = all.find(({ state }) => state === "closed")?.at ?? null;
  const rows = [
    ["Detected", span(start)],
    ["Acknowledged", span(incident.acknowledgedAt)],
    ["Contained", span(incident.done.contained?.at ?? null)],
    ["Assessed", span(incident.done.assessed?.at ?? null)],
    ["Recovered", span(incident.done.recovered?.at ?? null)],
    ["Rotation claimed", span(firstOf(({ kind }) => kind === "rotationClaimed"))],
    ["Closed", span(closedAt)],
  ];
  const clean = cleanedUp
    ? "What the drill planted is gone again."
    : "What the drill planted could not be taken away: delete its branch by hand.";
  return `**The drill is over.** From the first sight of the planted credential:\n\n| | |\n| --- | --- |\n${rows
    .map(([name, text]) => `| ${name} | ${text} |`)
    .join("\n")}\n\n${clean}`;
}
