import { suppressionReasons, type SuppressionReason } from "../suppression/suppression.ts";
import { incidentClasses, type IncidentClass } from "./terms.ts";

/** Everything that can be said in a comment: to an incident in its issue, or to a pull request. */
export const verbs = [
  "rotated",
  "attest",
  "contain",
  "assess",
  "recover",
  "verify",
  "revoke",
  "class",
  "assign",
  "snooze",
  "dismiss",
  "allow",
  "deny",
  "reopen",
  "rescan",
  "status",
  "drill",
  "export",
  "help",
] as const;
export type Verb = (typeof verbs)[number];

/** A command with what was said with it. Free text may hold anything until it was looked at. */
export type IncidentCommand =
  | { readonly verb: "rotated" | "verify" | "revoke" }
  | { readonly verb: "rescan" }
  | { readonly verb: "status" }
  | { readonly verb: "drill" }
  | { readonly verb: "export" }
  | { readonly verb: "help" }
  | { readonly verb: "attest"; readonly statement: string }
  | { readonly verb: "contain" | "assess" | "recover"; readonly note: string }
  | { readonly verb: "class"; readonly class: IncidentClass; readonly reason: string }
  | { readonly verb: "assign"; readonly names: readonly string[] }
  | { readonly verb: "snooze"; readonly hours: number; readonly reason: string }
  | DismissCommand
  | { readonly verb: "allow"; readonly subject: Subject; readonly note: string }
  | { readonly verb: "deny"; readonly subject: Subject; readonly note: string }
  | { readonly verb: "reopen"; readonly subject: Subject; readonly reason: string };

/** Which of several secrets is meant: by the beginning of a fingerprint, all of them, or the only one there is. */
export type Subject = { readonly kind: "only" | "all" } | { readonly kind: "named"; readonly fingerprint: string };

export type DismissCommand = {
  readonly verb: "dismiss";
  readonly subject: Subject;
  readonly hours: number | null;
  readonly reason: SuppressionReason;
  readonly note: string;
};

export type ParsedCommand =
  | { readonly kind: "command"; readonly command: IncidentCommand }
  /** It was meant as a command; `problem` says what was expected. */
  | { readonly kind: "problem"; readonly problem: string }
  /** Not a command at all. */
  | { readonly kind: "none" };

/** How each verb is written, for `help` and for whoever wrote it otherwise. */
export const usage: Readonly<Record<Verb, { readonly words: string; readonly says: string }>> = {
  rotated: { words: "rotated", says: "a new credential is in use; the old one is looked at now and after the overlap" },
  attest: {
    words: "attest <how you know>",
    says: "you know that the old credential is dead; this closes the incident",
  },
  contain: { words: "contain [note]", says: "the old credential cannot be used any more" },
  assess: { words: "assess [note]", says: "it is known what was done with it" },
  recover: { words: "recover [note]", says: "what was done with it is undone" },
  verify: { words: "verify", says: "ask the provider now whether the old credential is alive" },
  revoke: { words: "revoke", says: "revoke the old credential at the provider; this cannot be undone" },
  class: { words: "class high|moderate|low [reason]", says: "changes the class, and with it the time" },
  assign: { words: "assign @login [@org/team …]", says: "says who has to see to it" },
  snooze: { words: "snooze 8h|3d <reason>", says: "no reminders for that time" },
  dismiss: {
    words: "dismiss [fingerprint|all] [30d] false-positive|test-credential|revoked|accepted-risk [note]",
    says: "it need not block nor be followed, for that time or for good; by whoever leaked it, this asks others",
  },
  allow: { words: "allow [fingerprint|all] [note]", says: "what was asked for is approved" },
  deny: { words: "deny [fingerprint|all] [note]", says: "what was asked for is refused" },
  reopen: { words: "reopen [fingerprint|all] <reason>", says: "it is not over after all: takes a dismissal back" },
  rescan: { words: "rescan", says: "look again at everything that this pull request brings in" },
  status: { words: "status", says: "how it stands now" },
  drill: { words: "drill", says: "rehearse all of this with a credential that reaches nothing" },
  export: { words: "export", says: "the timeline of this incident" },
  help: { words: "help", says: "this list" },
};

const mostText = 2_000;
const mostSnoozeHours = 30 * 24;
const mostDismissHours = 366 * 24;

/** Finds the command in a comment: the first line that begins with `/keyward`. Quoted lines and code are not looked at. */
export function parseCommand(comment: string): ParsedCommand {
  const line = commandLine(comment);
  if (line === null) return { kind: "none" };
  const [word = "", ...rest] = line.slice("/keyward".length).trim().split(/\s+/);
  const verb = verbs.find((one) => one === word.toLowerCase());
  if (verb === undefined) {
    return problem(`${word === "" ? "there is no command" : "that is no command"}; \`/keyward help\` lists them`);
  }
  return parseArguments(verb, rest.join(" ").trim().slice(0, mostText));
}

/** Whether a comment holds a command; cheap, for the door. */
export const hasCommand = (comment: string): boolean => commandLine(comment) !== null;

function commandLine(comment: string): string | null {
  let fence: string | null = null;
  for (const line of comment.split(/\r?\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (mark !== null && (fence === null || mark.startsWith(fence))) fence = fence === null ? mark : null;
    else if (fence === null && /^ {0,3}\/keyward(?:\s|$)/i.test(line)) return line.trim();
  }
  return null;
}

const problem = (text: string): ParsedCommand => ({ kind: "problem", problem: text });
const expected = (verb: Verb): ParsedCommand => problem(`expected \`/keyward ${usage[verb].words}\``);
const command = (one: IncidentCommand): ParsedCommand => ({ kind: "command", command: one });

function parseArguments(verb: Verb, text: string): ParsedCommand {
  switch (verb) {
    case "rotated":
    case "verify":
    case "revoke":
    case "rescan":
    case "status":
    case "drill":
    case "export":
    case "help":
      return text === "" ? command({ verb }) : expected(verb);
    case "contain":
    case "assess":
    case "recover":
      return command({ verb, note: text });
    case "attest":
      return text === "" ? expected(verb) : command({ verb, statement: text });
    case "reopen": {
      const { subject, rest } = subjectIn(text);
      return rest === "" ? expected(verb) : command({ verb, subject, reason: rest });
    }
    case "allow":
    case "deny": {
      const { subject, rest } = subjectIn(text);
      return command({ verb, subject, note: rest });
    }
    case "class": {
      const [name = "", ...reason] = text.split(" ");
      const of = incidentClasses.find((one) => one === name.toLowerCase());
      return of === undefined ? expected(verb) : command({ verb, class: of, reason: reason.join(" ") });
    }
    case "assign": {
      const names = text.split(/[\s,]+/).filter((name) => name !== "");
      const valid = names.length > 0 && names.every((name) => /^@?[\w-]+(?:\/[\w.-]+)?$/.test(name));
      return valid ? command({ verb, names: names.map((name) => name.replace(/^@/, "")) }) : expected(verb);
    }
    case "snooze": {
      const { hours, rest } = spanIn(text);
      if (hours === null || rest === "") return expected(verb);
      return hours <= mostSnoozeHours
        ? command({ verb, hours, reason: rest })
        : problem(`reminders can be silent for at most ${mostSnoozeHours / 24} days at a time`);
    }
    case "dismiss":
      return dismissal(text);
  }
}

function dismissal(text: string): ParsedCommand {
  const { subject, rest: terms } = subjectIn(text);
  const { hours, rest } = spanIn(terms);
  const reason = suppressionReasons.find((one) => reasonPattern(one).test(rest));
  if (reason === undefined) return expected("dismiss");
  if (hours !== null && hours > mostDismissHours)
    return problem(`a dismissal is for at most ${mostDismissHours / 24} days, or for good when no time is given`);
  const note = rest.replace(reasonPattern(reason), "").trim();
  return command({ verb: "dismiss", subject, hours, reason, note });
}

/** At the beginning, with or without its hyphen, and whatever joins it to a note. */
const reasonPattern = (reason: SuppressionReason): RegExp =>
  new RegExp(`^${reason.replace("-", "[- ]")}(?![\\w-])[\\s:,.;]*`, "i");

/** `all`, or the beginning of a fingerprint as it is shown. */
function subjectIn(text: string): { readonly subject: Subject; readonly rest: string } {
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  if (word.toLowerCase() === "all") return { subject: { kind: "all" }, rest };
  if (/^[0-9a-f]{8,32}$/i.test(word)) return { subject: { kind: "named", fingerprint: word.toLowerCase() }, rest };
  return { subject: { kind: "only" }, rest: text };
}

/** `8h`, `3d` or `2w` at the beginning. */
function spanIn(text: string): { readonly hours: number | null; readonly rest: string } {
  const found = /^(\d{1,4})\s?(h|d|w)(?:ours?|ays?|eeks?)?\b\s*/i.exec(text);
  if (!found) return { hours: null, rest: text };
  const unit = { h: 1, d: 24, w: 168 }[found[2]?.toLowerCase() ?? "h"] ?? 1;
  const hours = Number(found[1]) * unit;
  return hours === 0 ? { hours: null, rest: text } : { hours, rest: text.slice(found[0].length).trim() };
}
