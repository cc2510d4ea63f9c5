import type { KeywardConfig } from "../core/config/keyward-config.ts";
import type { Incident } from "../core/incident/incident.ts";
import { placeKey, type TextOccurrence, type TextPlace } from "../core/incident/occurrence.ts";
import type { Finding } from "../core/scan/finding.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { textKey } from "../core/text/text-ref.ts";
import { findInText, occurrenceIn } from "./find-in-text.ts";
import type { Logger } from "./ports/system.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { KeywardConfigOf } from "./ports/keyward-config.ts";
import type { ScanText, TextPart, Texts } from "./ports/texts.ts";
import { recordEvents } from "./record-events.ts";
import { raiseSighting, type RaiseSightingPorts } from "./raise-sighting.ts";

export type ScanTextPorts = RaiseSightingPorts & {
  readonly texts: Texts;
  readonly configOf: KeywardConfigOf;
  readonly queue: JobQueue;
  readonly scannerFor: (installationId: number) => ContentScanner;
  readonly log: Logger;
};

/**
 * Reads a text beside the code as it is now and records an incident for each credential in it; where its owner wants that, the
 * credentials are masked after that. What Keyward itself wrote last is not
 * read: it writes masks. Safe to repeat: places that are known are not added twice, and a text that is gone is nothing.
 */
export async function scanText({ repo, text, by }: ScanText["data"], ports: ScanTextPorts): Promise<void> {
  const ids = { installation: repo.installationId, repo: repo.repoId, text: textKey(text) };
  if (by === (await ports.texts.ownLogin())) return;
  const reading = await ports.texts.read(repo, text);
  if (reading.kind === "gone") {
    ports.log.info("a text that was to be read is gone", ids);
    return;
  }
  if (reading.kind === "unread") {
    ports.log.warn("a text was not read", { ...ids, detail: reading.detail });
    return;
  }
  const config = await ports.configOf(repo);
  const looked: Looked[] = [];
  for (const part of reading.parts) looked.push(await lookIn(part, { repo, ids, config }, ports));
  await noteTakenOut(repo, looked, ports);
  const seen = looked.flatMap(({ seen }) => seen);
  const secrets = Map.groupBy(seen, ({ finding }) => finding.fingerprint);
  for (const ofOne of secrets.values()) {
    const [first] = ofOne;
    if (!first) continue;
    const occurrences = ofOne.map(({ occurrence }) => occurrence);
    const sighting = { home: repo, finding: first.finding, occurrences };
    if ((await raiseSighting(sighting, ports)) === "suppressed")
      ports.log.info("a secret in a text is suppressed, so nothing is raised", ids);
  }
  // After the incidents: what is taken out of sight is followed already.
  if (secrets.size > 0 && config.redact) {
    const fingerprints = [...secrets.keys()].toSorted();
    const key = `${repo.repoId}:${textKey(text)}:${fingerprints.join(",")}`;
    await ports.queue.enqueue({ name: "redact-text", data: { repo, text, fingerprints } }, key);
  }
  ports.log.info("a text was read", { ...ids, findings: secrets.size });
}

type Seen = { readonly finding: Finding; readonly occurrence: TextOccurrence };

/** What was found in a part of a text. */
type Looked = {
  readonly part: TextPart;
  readonly seen: readonly Seen[];
  /** Of everything in it, whether it counts or not; null: not all of it was read. */
  readonly fingerprints: ReadonlySet<string> | null;
};

async function lookIn(
  part: TextPart,
  {
    repo,
    ids,
    config,
  }: Pick<ScanText["data"], "repo"> & {
    readonly ids: Readonly<Record<string, unknown>>;
    readonly config: Pick<KeywardConfig, "policy">;
  },
  { scannerFor, clock, log }: ScanTextPorts,
): Promise<Looked> {
  const { matches, fingerprints, gaps } = await findInText(part, scannerFor(repo.installationId), config.policy);
  for (const { reason, detail } of gaps) log.warn("a text was not read as a whole", { ...ids, reason, detail });
  const seen = matches.map((match) => ({
    finding: match.finding,
    occurrence: occurrenceIn(part, match, repo.repoId, clock()),
  }));
  return { part, seen, fingerprints: gaps.length === 0 ? fingerprints : null };
}

/** Whoever takes a secret out of a text is believed; should it be written there again, it was leaked again. */
async function noteTakenOut(
  { installationId, repoId }: ScanText["data"]["repo"],
  looked: readonly Looked[],
  ports: ScanTextPorts,
): Promise<void> {
  const places = looked.map(({ part }) => part.place);
  for (const { id, fingerprint, mask } of await ports.incidents.seenInTexts(installationId, repoId, places)) {
    const without = looked.filter(({ fingerprints }) => fingerprints?.has(fingerprint) === false);
    const outs = without.map(({ part: { place, text } }) => {
      const outcome = text.includes(mask) ? "masked" : "removed";
      return { kind: "textRedacted", repoId, place, outcome, detail: "" } as const;
    });
    const isOut = ({ occurrences, redactions }: Incident, place: TextPlace): boolean => {
      const isHere = (one: { readonly repoId: number; readonly place: TextPlace }): boolean =>
        one.repoId === repoId && placeKey(one.place) === placeKey(place);
      const stood = occurrences.some((one) => one.kind === "text" && isHere(one));
      return stood && !redactions.some((one) => one.outcome !== "refused" && isHere(one));
    };
    if (outs.length > 0) await recordEvents(id, (now) => outs.filter(({ place }) => isOut(now, place)), ports);
  }
}
