import type { Redaction } from "../core/incident/incident.ts";
import { placeKey, type TextPlace } from "../core/incident/occurrence.ts";
import type { Match } from "../core/scan/finding.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { maskedText } from "../core/text/mask-text.ts";
import { textKey, textOfPlace } from "../core/text/text-ref.ts";
import type { Policy } from "../core/verdict/policy.ts";
import { findInText } from "./find-in-text.ts";
import type { KeywardConfigOf } from "./ports/keyward-config.ts";
import type { Logger } from "./ports/system.ts";
import type { RedactText, TextPart, Texts } from "./ports/texts.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type RedactTextPorts = RecordPorts & {
  readonly texts: Texts;
  readonly configOf: KeywardConfigOf;
  readonly scannerFor: (installationId: number) => ContentScanner;
  readonly log: Logger;
};

/** What became of one secret in one part of a text. */
type Done = Pick<Redaction, "place" | "outcome" | "detail"> & { readonly fingerprint: string };

/**
 * Puts masks in place of the credentials in a text, where its owner wants that, and records in their incidents what came of it. The
 * incidents are there before: should this end half way, it is done again, and a text that holds masks already is left alone. The
 * text is read at the last moment, as GitHub knows no condition for an edit; whoever edits it within that moment is overwritten.
 */
export async function redactText(data: RedactText["data"], ports: RedactTextPorts): Promise<void> {
  const { repo, text } = data;
  const { redact, policy } = await ports.configOf(repo);
  if (!redact) return;
  const reading = await ports.texts.read(repo, text);
  if (reading.kind === "gone") return;
  const parts = reading.kind === "read" ? reading.parts : [];
  const unread = reading.kind === "unread" ? reading.detail : null;
  const done: Done[] = [];
  for (const part of parts) done.push(...(await redactPart(data, part, policy, ports)));
  const fingerprints = new Set([...data.fingerprints, ...done.map(({ fingerprint }) => fingerprint)]);
  for (const fingerprint of fingerprints) {
    const ofOne = done.filter((one) => one.fingerprint === fingerprint);
    await record(data, { fingerprint, done: ofOne, parts, unread }, ports);
  }
  const counted = Map.groupBy(done, ({ outcome }) => outcome);
  const counts = Object.fromEntries(Array.from(counted, ([outcome, { length }]) => [outcome, length]));
  ports.log.info("a text was redacted", { repo: repo.repoId, text: textKey(text), ...counts });
}

async function redactPart(
  { repo }: RedactText["data"],
  part: TextPart,
  policy: Policy,
  ports: RedactTextPorts,
): Promise<readonly Done[]> {
  const scanner = ports.scannerFor(repo.installationId);
  const { matches } = await findInText(part, scanner, policy);
  const wanted = await withIncident(repo.installationId, matches, ports);
  if (wanted.length === 0) return [];
  const text = await masked(part.text, wanted, async (changed) =>
    findInText({ ...part, text: changed }, scanner, policy),
  );
  const answer = text === part.text ? null : await ports.texts.replace(repo, part.place, text);
  if (answer?.kind === "gone") return [];
  const outcome: Pick<Redaction, "outcome" | "detail"> =
    answer?.kind === "replaced"
      ? { outcome: "masked", detail: "" }
      : { outcome: "refused", detail: answer?.reason ?? "there is nothing that a mask could be put in place of" };
  const fingerprints = new Set(wanted.map(({ finding }) => finding.fingerprint));
  return [...fingerprints].map((fingerprint) => ({ fingerprint, place: part.place, ...outcome }));
}

/** Of what was found, that which is followed: what somebody dismissed may stand, and what is not recorded yet will be. */
async function withIncident(
  installationId: number,
  matches: readonly Match[],
  { incidents }: RedactTextPorts,
): Promise<readonly Match[]> {
  const fingerprints = [...new Set(matches.map(({ finding }) => finding.fingerprint))];
  if (fingerprints.length === 0) return [];
  const known = await incidents.byFingerprints(installationId, fingerprints);
  const followed = new Set(known.flatMap(({ state, fingerprint }) => (state === "dismissed" ? [] : [fingerprint])));
  return matches.filter(({ finding }) => followed.has(finding.fingerprint));
}

/** A mask shows a little of the secret, unless that would look like a credential again. */
async function masked(
  text: string,
  matches: readonly Match[],
  look: (changed: string) => ReturnType<typeof findInText>,
): Promise<string> {
  const shown = maskedText(text, matches, ({ finding }) => finding.mask);
  const left = (await look(shown)).matches.length;
  const others = (await look(maskedText(text, matches, () => "****"))).matches.length;
  return left > others ? maskedText(text, matches, () => "****") : shown;
}

/** A secret that is gone from where it was seen was masked by an earlier try that did not come to its end, or taken out by somebody. */
async function record(
  { repo, text }: RedactText["data"],
  {
    fingerprint,
    done,
    parts,
    unread,
  }: {
    readonly fingerprint: string;
    readonly done: readonly Done[];
    readonly parts: readonly TextPart[];
    /** Why the text could not be read. */
    readonly unread: string | null;
  },
  ports: RedactTextPorts,
): Promise<void> {
  const incident = await ports.incidents.byFingerprint(repo.installationId, fingerprint);
  if (!incident) return;
  const handled = new Set([...done, ...incident.redactions].map(({ place }) => placeKey(place)));
  const gone = incident.occurrences
    .flatMap((one) => (one.kind === "text" && one.repoId === repo.repoId ? [one.place] : []))
    .filter((place) => isPartOf(place, textKey(text)) && !handled.has(placeKey(place)))
    .map((place): Pick<Done, "place" | "outcome" | "detail"> => {
      if (unread !== null) return { place, outcome: "refused", detail: `the text cannot be read: ${unread}` };
      const now = parts.find((part) => placeKey(part.place) === placeKey(place))?.text ?? "";
      const ours = now.includes(incident.mask);
      return { place, outcome: ours ? "masked" : "removed", detail: "" };
    });
  const events = [...done, ...gone].map(
    ({ place, outcome, detail }) => ({ kind: "textRedacted", repoId: repo.repoId, place, outcome, detail }) as const,
  );
  if (events.length > 0) await recordEvents(incident.id, () => events, ports);
}

function isPartOf(place: TextPlace, key: string): boolean {
  const text = textOfPlace(place);
  return text !== null && textKey(text) === key;
}
