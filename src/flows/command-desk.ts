import { usage, verbs, type DismissCommand, type Subject, type Verb } from "../core/incident/commands.ts";
import type { IncidentConfig } from "../core/incident/incident-config.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { whoMay } from "./incident-rights.ts";
import type { CommandRef } from "./ports/incident-commands.ts";

/** What a command is answered; `text` null: there is nothing more to say. */
export type Answer = { readonly accepted: boolean; readonly text: string | null };

export const refused = (text: string): Answer => ({ accepted: false, text });
export const accepted = (text: string | null = null): Answer => ({ accepted: true, text });

/** What was meant as a command and is none. */
export const misunderstood = (problem: string): Answer =>
  refused(`${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`);

/** A command's comment, and what holds where it stands. */
export type AskedThere = {
  readonly ref: CommandRef;
  readonly config: IncidentConfig;
  readonly login: string;
  readonly text: string;
};

/** What could not be looked through counts as holding one: it would be kept otherwise. */
export async function holdsCredential(
  text: string,
  installationId: number,
  scannerFor: (installationId: number) => ContentScanner,
): Promise<boolean> {
  const bytes = new TextEncoder().encode(text);
  const { matches, gaps } = await scannerFor(installationId).scan({ path: "comment.md", bytes });
  return matches.length + gaps.length > 0;
}

export const credentialInComment: Answer = refused(
  "Your comment itself holds a credential, so nothing of it was kept. Delete it, and write it again without.",
);

export const notYourOwn =
  "Whoever brought a secret in, or asked for it where that is not known, cannot approve it: somebody else has to.";

/** Who has to answer what was asked for. */
export const someoneElse = (askerDecides: boolean, config: IncidentConfig): string =>
  askerDecides
    ? `As you brought it in, or nobody knows for certain who did, somebody else who has ${whoMay("allow", config)} answers`
    : `Somebody who has ${whoMay("allow", config)} answers`;

/** What a dismissal wishes for, apart from which secrets. */
export const wishOf = ({ reason, note, hours }: DismissCommand, by: string, now: string) => ({
  reason,
  note,
  by,
  until: hours === null ? null : new Date(Date.parse(now) + hours * 3_600_000).toISOString(),
});

/** Whether a command means this secret. */
export const isMeant = (subject: Subject, fingerprint: string): boolean =>
  subject.kind !== "named" || fingerprint.startsWith(subject.fingerprint);

/** What can be said to a pull request. */
export const verbsOfPulls = ["dismiss", "allow", "deny", "reopen", "rescan", "status", "help"] as const;
/** What can be said in the issue of an incident. */
export const verbsOfIncidents: readonly Verb[] = verbs.filter((verb) => verb !== "rescan");

/** The list of commands, as a Markdown table. */
export const helpOn = (some: readonly Verb[]): string =>
  `| Write | to say |\n| --- | --- |\n${some
    .map((verb) => `| \`/keyward ${usage[verb].words.replaceAll("|", "\\|")}\` | ${usage[verb].says} |`)
    .join("\n")}`;
