import { isMessagePath, type Change, type RepoRef } from "../core/change/change.ts";
import type { TextOccurrence } from "../core/incident/occurrence.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import { textKey } from "../core/text/text-ref.ts";
import type { ChangeFinding } from "../core/verdict/verdict.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { KeywardConfigOf } from "./ports/keyward-config.ts";
import type { Texts } from "./ports/texts.ts";
import { inTexts } from "./find-in-text.ts";
import type { ScanWiki, WikiReader, WikiReadings } from "./ports/wikis.ts";
import { raiseSighting, type RaiseSightingPorts } from "./raise-sighting.ts";
import { scanBlobs, type ScanBlobsPorts } from "./scan-blobs.ts";

export type ScanWikiPorts = RaiseSightingPorts &
  ScanBlobsPorts & {
    readonly wikis: WikiReader;
    readonly wikiReadings: WikiReadings;
    readonly texts: Pick<Texts, "ownLogin">;
    readonly configOf: KeywardConfigOf;
    readonly queue: JobQueue;
    readonly scannerFor: (installationId: number) => KeepableScanner;
  };

/** GitHub shows this branch of a wiki's repository, whatever the default branch of the code is called. */
const branch = "master";

/**
 * Reads what is new in a wiki since it was read last, the first time all of it, and records an incident for each credential in it.
 * What Keyward itself wrote is not read. Safe to repeat: how far it was read is noted at the end.
 */
export async function scanWiki(
  { repo, revision, by }: ScanWiki["data"],
  ports: ScanWikiPorts,
  signal: AbortSignal,
): Promise<void> {
  if (by === (await ports.texts.ownLogin())) return;
  const ids = { installation: repo.installationId, repo: repo.repoId, revision };
  const since = await ports.wikiReadings.through(repo);
  const opened = await ports.wikis.openChange(changeOf(repo, revision, since), signal);
  if (opened.kind === "unavailable") {
    ports.log.warn("a wiki was not read", { ...ids, reason: opened.reason, detail: opened.detail });
    if (opened.reason === "timeout") throw new Error("reading a wiki took too long; the job will be tried again");
    return;
  }
  const { findings, coverage } = await scanBlobs(repo, opened, ports.scannerFor(repo.installationId), ports, signal);
  for (const { path, reason, detail } of coverage.unread)
    ports.log.warn("a page of a wiki was not read as a whole", { ...ids, page: path, reason, detail });
  const { policy, redact } = await ports.configOf(repo);
  const counts = inTexts(policy);
  const blocking = findings.filter(({ finding }) => counts(finding));
  const secrets = Map.groupBy(blocking, ({ finding }) => finding.fingerprint);
  for (const ofOne of secrets.values()) {
    const [first] = ofOne;
    const occurrences = ofOne.flatMap((one) => occurrencesOf(one, repo.repoId, ports.clock()));
    if (first) await raiseSighting({ home: repo, finding: first.finding, occurrences }, ports);
  }
  if (redact) await askForMasks(repo, blocking, ports);
  await ports.wikiReadings.note(repo, revision);
  const { blobs, bytes, unread } = coverage;
  ports.log.info("a wiki was read", { ...ids, blobs, bytes, unread: unread.length, findings: secrets.size });
}

/** After the incidents, each page by itself. */
async function askForMasks(repo: RepoRef, found: readonly ChangeFinding[], ports: ScanWikiPorts): Promise<void> {
  const pages = new Map<string, Set<string>>();
  for (const { finding, places } of found) {
    for (const { path } of places) {
      if (isMessagePath(path)) continue;
      const fingerprints = pages.get(path) ?? new Set();
      pages.set(path, fingerprints.add(finding.fingerprint));
    }
  }
  for (const [path, ofPage] of pages) {
    const text = { surface: "wiki", path } as const;
    const fingerprints = [...ofPage].toSorted();
    const key = `${repo.repoId}:${textKey(text)}:${fingerprints.join(",")}`;
    await ports.queue.enqueue({ name: "redact-text", data: { repo, text, fingerprints } }, key);
  }
}

const changeOf = (repo: RepoRef, head: string, before: string | null): Change => ({
  repo: { ...repo, defaultBranch: branch },
  head,
  source: { kind: "push", ref: `refs/heads/${branch}`, before },
});

function occurrencesOf({ finding, places }: ChangeFinding, repoId: number, seenAt: string): TextOccurrence[] {
  return places.map(({ path, commit: revision }) => ({
    kind: "text",
    repoId,
    place: { surface: "wiki", path: isMessagePath(path) ? null : path, revision },
    line: finding.span.line,
    seenAt,
  }));
}
