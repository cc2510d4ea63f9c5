import type { DeadKey, JudgedAgain, SuppressedFinding } from "../suppression/judge-again.ts";
import { shownFingerprint, type Suppression } from "../suppression/suppression.ts";
import type { ChangeFinding } from "./verdict.ts";

const mostRows = 20;

/** What the check says, in a few lines of Markdown. In a public place only how many there are: what it is, is for the check to say. */
export function briefOf({ verdict, suppressed, waiting }: JudgedAgain, isPublic: boolean): string {
  const blocking = distinct(verdict.blocking);
  const { commits, unread } = verdict.coverage;
  const read = `${count(commits, "commit")} read`;
  const lead =
    verdict.outcome === "block"
      ? `**${count(blocking.length, "credential")} ${blocking.length === 1 ? "blocks" : "block"} this change** (${read}).`
      : verdict.outcome === "incomplete"
        ? `**Not everything could be read, so this is not a pass** (${read}).`
        : `**Nothing blocks** (${read}).`;
  const leftOut = [...new Map(suppressed.map((one) => [one.found.finding.fingerprint, one] as const)).values()];
  const rows = [
    ...blocking.map((found) => [found, asked(found, waiting)] as const),
    ...leftOut.map(({ found, by }) => [found, leftOutText(by)] as const),
  ];
  return [
    lead,
    ...(unread.length > 0 ? [`${count(unread.length, "file")} could not be read.`] : []),
    ...(leftOut.length > 0
      ? [`${count(leftOut.length, "credential")} ${leftOut.length === 1 ? "is" : "are"} ${endedAs(leftOut)}.`]
      : []),
    ...(waiting.length > 0
      ? [`${count(waiting.length, "request")} to dismiss one ${waiting.length === 1 ? "waits" : "wait"} for an answer.`]
      : []),
    ...(isPublic || rows.length === 0 ? [] : ["", "| Fingerprint | What | |", "| --- | --- | --- |"]),
    ...(isPublic ? [] : rows.slice(0, mostRows).map(([found, text]) => row(found, text))),
    ...(isPublic || rows.length <= mostRows ? [] : ["", `… and ${rows.length - mostRows} more.`]),
  ].join("\n");
}

const row = ({ finding }: ChangeFinding, text: string): string =>
  `| \`${shownFingerprint(finding.fingerprint)}\` | ${cell(finding.title)} | ${text} |`;

function asked({ finding }: ChangeFinding, waiting: readonly Suppression[]): string {
  const request = waiting.find(({ fingerprint }) => fingerprint === finding.fingerprint);
  return request ? `blocks; ${requestText(request)}` : "blocks";
}

/** What somebody asked for, for people. */
export const requestText = ({ reason, askedBy, until }: Suppression): string =>
  `${cell(askedBy ?? "Keyward")} asks to dismiss it as ${reason.replace("-", " ")}${until === null ? "" : ` until ${until.slice(0, 10)}`}`;

/** How all that is left out came to be so. */
export function endedAs(leftOut: readonly Pick<SuppressedFinding, "by">[]): string {
  const dead = leftOut.filter(({ by }) => by.state === "dead").length;
  return dead === 0 ? "dismissed" : dead === leftOut.length ? "dead" : "dismissed or dead";
}

/** Why something does not block, by whose word, and for how long. */
export function leftOutText(why: Suppression | DeadKey): string {
  if (why.state === "dead") {
    const how = why.shownBy === "probe" ? "the provider refuses it" : "somebody vouches for it";
    return `dead since ${why.at.slice(0, 10)}: ${how}, and its incident is closed`;
  }
  const { reason, approvedBy, until } = why;
  const by = approvedBy === null || approvedBy === "" ? "the configuration" : cell(approvedBy);
  return `dismissed as ${reason.replace("-", " ")} by ${by}, ${until === null ? "for good" : `until ${until.slice(0, 10)}`}`;
}

const cell = (text: string): string => `\`${text.replace(/[`|\r\n]/g, " ")}\``;

const distinct = (findings: readonly ChangeFinding[]): readonly ChangeFinding[] => [
  ...new Map(findings.map((found) => [found.finding.fingerprint, found] as const)).values(),
];

const count = (number: number, what: string): string =>
  `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
