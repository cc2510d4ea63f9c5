import { isActive, type Actor, type Incident, type Owner } from "../../core/incident/incident.ts";
import { buttonLine, isButton } from "../../core/incident/issue-button.ts";
import type { Occurrence } from "../../core/incident/occurrence.ts";
import type { IncidentView } from "../../flows/ports/issues.ts";
import { exposureText } from "./issue-exposure.ts";
import { placeLines } from "./issue-places.ts";
import { earlierVersions } from "./redaction-text.ts";
import { rotationText, taskList } from "./issue-tasks.ts";
import { code, plain, shortened, sizeOf, table, timeText, titleText } from "./markdown.ts";
import type { WebUrls } from "./web-urls.ts";

/** Of an issue's body; GitHub refuses a longer one. Counted in bytes to be safe. */
const longest = 65_536;

/** Begins every incident issue and names its incident. On the first line only, where nothing a stranger wrote can stand. */
export const incidentMarker = ({ id }: Pick<Incident, "id">): string => `<!-- keyward:incident:${id} -->`;

/** The id of the incident whose marker a body begins with; null: it begins with none. */
export const incidentMarkedIn = (body: string): string | null =>
  /^<!-- keyward:incident:(\S+) -->/.exec(body)?.[1] ?? null;

/** Ends the part that Keyward writes; what people add below it is theirs and is kept. */
const endMarker = "<!-- keyward:end -->";

/** Who may read the issue: in a public place nothing is said that would help to find the secret. */
export type Audience = "members" | "everyone";

/** What is written, for whom, and with which addresses. */
export type Writing = Pick<IncidentView, "incident" | "steps" | "canRevoke"> & {
  readonly audience: Audience;
  readonly urls: WebUrls;
  /** Of a place where nothing can be commented, nor a command be written: what is to be told there, newest first (Markdown). */
  readonly told?: readonly string[];
};

export function toIssueTitle({ incident, audience }: Pick<Writing, "incident" | "audience">): string {
  if (audience === "everyone") return "Keyward: something here needs a maintainer";
  const what = incident.drill ? "Drill, no real leak" : "Leaked";
  return titleText(`${what}: ${shortened(incident.title, 180)} (${incident.fingerprint.slice(0, 8)})`);
}

/** The issue of an incident. `existing` is the body it has now: ticks on tasks and what people added below are kept. */
export function toIssueBody(writing: Writing, existing: string | null): string {
  const own = addedByPeople(existing);
  const room = longest - sizeOf(own);
  const written =
    writing.audience === "everyone"
      ? publicBody(writing.incident)
      : withTicks(memberBody(writing, room), existing ?? "");
  return `${written}\n\n${endMarker}${own}`;
}

const withLf = (text: string): string => text.replaceAll("\r\n", "\n");

/** Whether two bodies say the same; GitHub's editor turns line ends into CRLF. */
export const sameBody = (a: string, b: string): boolean => withLf(a).trimEnd() === withLf(b).trimEnd();

function publicBody(incident: Incident): string {
  return `${incidentMarker(incident)}

Keyward noticed something in this repository that a maintainer has to look at. Because everyone can read this issue, it says no more.

Please ask the people who run Keyward for incident ${code(incident.id)}. This issue stays open until the incident is closed.`;
}

/** In the place of what members could read, once everyone can. What people added goes too: it was written for members. */
export const withdrawnBody = (incident: Incident): string => `${publicBody(incident)}\n\n${endMarker}`;

function memberBody({ incident, steps, canRevoke, urls, told }: Writing, room: number): string {
  const title = plain(shortened(incident.title, 200));
  const lead = incident.drill
    ? `**This is a drill.** ${title} was made up and planted by Keyward; it reaches nothing. Act as if it were real: times are measured.`
    : `**${title}** ${leadOf(incident)}`;
  const rotation = rotationText(steps, incident);
  const earlier = earlierVersions(incident);
  const parts = [
    `${incidentMarker(incident)}\n\n${lead}`,
    statusText(incident),
    factsOf(incident),
    ...(told && told.length > 0 ? [`### What happened\n\n${told.map((line) => `- ${line}`).join("\n")}`] : []),
    ...(earlier === null ? [] : [earlier]),
    `### Who could see it\n\n${exposureText(incident.exposure)}`,
    ...(rotation === null ? [] : [rotation]),
    ...(canRevoke && isRevocable(incident) ? [revokeButton(incident)] : []),
    taskList(incident),
    told ? byOperator(incident) : footer,
  ];
  const left = room - sizeOf(parts.join("\n\n")) - 200;
  const [first = "", status = "", facts = "", ...others] = parts;
  return [first, status, facts, `### Where\n\n${placeLines(incident, urls, left)}`, ...others].join("\n\n");
}

/** A drill's credential is nobody's to revoke, and it is asked for once. */
const isRevocable = (incident: Incident): boolean =>
  isActive(incident) && !incident.drill && (incident.revocation === null || incident.revocation.outcome === "failed");

function revokeButton({ provider }: Incident): string {
  const at = plain(shortened(provider, 100));
  const text = `Revoke the old credential at ${at} now. It cannot be undone, and it is recorded who asked.`;
  return `### Revoke it\n\n${buttonLine("revoke", text)}`;
}

function leadOf({ occurrences }: Incident): string {
  return occurrences.every(isBesideCode)
    ? "was found in what people write beside the code of this repository. Everyone who can read it, or was told of it by mail, can have it: treat it as known to others."
    : "was found in the commits of this repository. Everyone who can read them, or has a clone, can have it: treat it as known to others.";
}

const isBesideCode = (one: Occurrence): boolean =>
  one.kind === "text" && one.place.surface !== "commit-message" && one.place.surface !== "tag-message";

const footer = `Write ${code("/keyward rotated")} in a comment once the new credential is in use, and ${code("/keyward help")} for all that can be said. This issue closes when the old credential is dead: by the provider's answer, or by the word of somebody with the role. If it turns up in a new place, Keyward opens this again.`;

/** How people act where Keyward hears no comments. */
const byOperator = ({ id }: Incident): string =>
  `Nothing that is written here reaches Keyward. What would be a command in a comment, such as ${code("rotated")} once the new credential is in use or ${code("attest")} with how you know that the old one is dead, goes to the people who run Keyward. They pass it on with your GitHub login, whose rights are checked as in a comment: ${code(`keyward incident say ${id} --as LOGIN rotated`)}. ${code("keyward incident say --help")} tells more, and ${code("/keyward …")} above stands for this. This advisory closes when the old credential is dead: by the provider's answer, or by the word of somebody with the role.`;

/** Where it stands, in one sentence. */
function statusText(incident: Incident): string {
  const { proof, dismissal, rotation, countdown, done, snooze, reopenings } = incident;
  const again = reopenings > 0 ? ` It was opened again ${reopenings === 1 ? "once" : `${reopenings} times`}.` : "";
  if (incident.state === "closed" && proof) {
    const why =
      proof.kind === "probe"
        ? `${plain(proof.evidence.host ?? "Keyward")} said so (${plain(shortened(proof.evidence.reason, 200))})`
        : `${actorText(proof.by)} attested it`;
    return `**Closed**: the old credential is dead; ${why}, ${timeText(proof.at)}.${again}`;
  }
  if (incident.state === "dismissed" && dismissal) {
    const until = dismissal.until === null ? "" : ` until ${timeText(dismissal.until)}`;
    return `**Dismissed**${until} by ${actorText(dismissal.by)}: ${plain(shortened(dismissal.reason, 500))}.${again}`;
  }
  const overlap = rotation
    ? ` A new one is in use since ${timeText(rotation.claimedAt)}; ${
        rotation.overlapEnded
          ? "the overlap is over and the old one has to be dead."
          : `until ${timeText(rotation.overlapUntil)} the old one may be alive beside it, then it has to be dead.`
      }`
    : "";
  const goal = done.contained ? "be over" : "be contained";
  const asleep = snooze
    ? ` Reminders are silent until ${timeText(snooze.until)}: ${plain(shortened(snooze.reason, 300))}.`
    : "";
  return `**${stateNames[incident.state]}**: has to ${goal} by ${timeText(countdown.dueAt)}.${overlap}${asleep}${again}`;
}

const stateNames: Readonly<Record<Incident["state"], string>> = {
  open: "Open",
  contained: "Contained",
  assessed: "Contained and assessed",
  recovered: "Recovered, but the old credential is not known to be dead",
  closed: "Closed",
  dismissed: "Dismissed",
};

function factsOf(incident: Incident): string {
  const { provider, mask, fingerprint, severity, ruleId, openedAt, terms, owner } = incident;
  const branches = branchNames(incident);
  const rows = [
    ["Provider", plain(shortened(provider, 100))],
    ["Shown as", code(shortened(mask, 60))],
    ["Fingerprint", code(fingerprint)],
    ["Severity", severity],
    ["Class", terms.class],
    ["Owner", ownerText(owner, isActive(incident))],
    ["Rule", code(shortened(ruleId, 100))],
    ["First seen", timeText(openedAt)],
    ...(branches.length === 0 ? [] : [["Pushed to", branches.join(", ")]]),
  ];
  return table(["", ""], rows, longest, String);
}

const mostBranches = 10;

/** Of this repository alone: whoever reads this may not know of the others. */
function branchNames({ branches, home }: Incident): readonly string[] {
  const here = branches.filter(({ repoId }) => repoId === home.repoId);
  const named = here.slice(0, mostBranches).map(({ name }) => code(shortened(name, 80)));
  return here.length > mostBranches ? [...named, `and ${here.length - mostBranches} more`] : named;
}

/** Names of accounts and teams as GitHub allows them: nothing else is ever written behind an `@`. */
const accountName = /^[\w-]{1,100}(?:\/[\w.-]{1,100})?$/;

/** `@name` where GitHub could have an account of that name, which tells them; else as plain text. */
export const mention = (name: string): string => (accountName.test(name) ? `@${name}` : code(shortened(name, 100)));

function ownerText(owner: Owner | null, tell: boolean): string {
  if (!owner) return "nobody is known";
  const names = [...owner.logins, ...owner.teams].map(tell ? mention : plain).join(", ");
  const how = {
    "code-owners": "by CODEOWNERS",
    committer: "who committed it",
    fallback: "by the configuration",
    person: "assigned",
  }[owner.source];
  return `${names} (${how})`;
}

/** Who did something, without telling them. */
export function actorText(actor: Actor): string {
  if (actor.kind === "keyward") return "Keyward";
  const login = code(shortened(actor.login, 60));
  return actor.through === undefined ? login : `${login} (says ${code(shortened(actor.through, 100))})`;
}

function addedByPeople(existing: string | null): string {
  const body = withLf(existing ?? "");
  // At the start of a line: a path that holds these words stands inside one.
  const end = body.indexOf(`\n${endMarker}`);
  return end === -1 ? "" : body.slice(end + endMarker.length + 1).trimEnd();
}

/** Tasks that people ticked stay ticked. */
function withTicks(body: string, existing: string): string {
  const ticked = new Set(Array.from(withLf(existing).matchAll(/^- \[[xX]\] (.*)$/gm), ([, task]) => task));
  return body.replace(/^- \[ \] (.*)$/gm, (line, task: string) =>
    ticked.has(task) && !isButton(task) ? `- [x] ${task}` : line,
  );
}
