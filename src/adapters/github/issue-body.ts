import type { Incident } from "../../core/incident/incident.ts";
import { code, plain, shortened, sizeOf, table, timeText, titleText } from "./markdown.ts";
import { placeLines } from "./issue-places.ts";
import type { WebUrls } from "./web-urls.ts";

/** Of an issue's body; GitHub refuses a longer one. Counted in bytes to be safe. */
const longest = 65_536;

/** Begins every incident issue and names its incident. On the first line only, where nothing a stranger wrote can stand. */
export const incidentMarker = ({ id }: Pick<Incident, "id">): string => `<!-- keyward:incident:${id} -->`;

/** Ends the part that Keyward writes; what people add below it is theirs and is kept. */
const endMarker = "<!-- keyward:end -->";

/** Who may read the issue: in a public place nothing is said that would help to find the secret. */
export type Audience = "members" | "everyone";

export function toIssueTitle(incident: Incident, audience: Audience): string {
  if (audience === "everyone") return "Keyward: something here needs a maintainer";
  return titleText(`Leaked: ${shortened(incident.title, 180)} (${incident.fingerprint.slice(0, 8)})`);
}

/** The issue of an incident. `existing` is the body it has now: ticks on tasks and what people added below are kept. */
export function toIssueBody(incident: Incident, audience: Audience, urls: WebUrls, existing: string | null): string {
  const own = addedByPeople(existing);
  const room = longest - sizeOf(own);
  const written =
    audience === "everyone" ? publicBody(incident) : withTicks(memberBody(incident, urls, room), existing ?? "");
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

function memberBody(incident: Incident, urls: WebUrls, room: number): string {
  const parts = {
    what: `${incidentMarker(incident)}

**${plain(shortened(incident.title, 200))}** was found in the commits of this repository. Everyone who can read them, or has a clone, can have it: treat it as known to others.

${factsOf(incident)}`,
    tasks: tasksOf(incident),
    close: "Keep this open until the old credential is dead. If it turns up in a new place, Keyward opens this again.",
  };
  const left = room - sizeOf(Object.values(parts).join("\n\n")) - 200;
  return [parts.what, `### Where\n\n${placeLines(incident, urls, left)}`, parts.tasks, parts.close].join("\n\n");
}

function factsOf({ provider, mask, fingerprint, severity, ruleId, openedAt }: Incident): string {
  const rows = [
    ["Provider", plain(shortened(provider, 100))],
    ["Shown as", code(shortened(mask, 60))],
    ["Fingerprint", code(fingerprint)],
    ["Severity", severity],
    ["Rule", code(shortened(ruleId, 100))],
    ["First seen", timeText(openedAt)],
  ];
  return table(["", ""], rows, longest, String);
}

function tasksOf({ provider, openedAt }: Incident): string {
  const at = provider === "Generic" ? "the service it is for" : plain(shortened(provider, 100));
  return `### What to do

**Contain**

- [ ] Make a new credential at ${at}, with no more rights than it needs
- [ ] Give it to whatever used the old one through a secret store, not through a file in git
- [ ] Revoke the old one at ${at}, and see that it is refused

**Assess**

- [ ] List what the old one could reach and change
- [ ] Look through the access logs of ${at} since ${timeText(openedAt)}, or the commit's date if that is earlier, for use that is not yours
- [ ] Find out who could read it: collaborators, forks, clones, build logs and artifacts

**Recover**

- [ ] Undo what was done with it, and rotate what it gave access to
- [ ] Take it out of the current files; rewriting history is worth it only once it is dead
- [ ] Note how it got here and what will stop the next one, such as a pre-commit hook`;
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
  return body.replace(/^- \[ \] (.*)$/gm, (line, task: string) => (ticked.has(task) ? `- [x] ${task}` : line));
}
