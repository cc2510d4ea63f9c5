import type { Incident } from "../core/incident/incident.ts";
import { commitMessagePath, tagMessagePath, type RepoRef } from "../core/change/change.ts";
import { placeKey, type Occurrence, type TextPlace } from "../core/incident/occurrence.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { Secret } from "../core/scan/secret.ts";
import { textOfPlace } from "../core/text/text-ref.ts";
import { fileNameOf } from "./find-in-text.ts";
import type { BlobReader, MessageReader } from "./ports/code-reader.ts";
import type { CredentialAt } from "./ports/credential-at.ts";
import type { Credential } from "./ports/credential-probe.ts";
import type { Texts } from "./ports/texts.ts";
import type { WikiReader } from "./ports/wikis.ts";

export type ReadAgainPorts = {
  readonly readBlob: BlobReader;
  readonly readMessage: MessageReader;
  readonly texts: Pick<Texts, "read">;
  readonly wikis: Pick<WikiReader, "readMessage" | "readFileAt">;
  readonly scannerFor: (installationId: number) => ContentScanner;
  /** A repository of the installation, as it is called now; null: the installation sees it no more. */
  readonly repoOf: (installationId: number, repoId: number) => Promise<RepoRef | null>;
};

/** To either side of the credential: what belongs to it (a key's id, a host) stands near. */
const surroundingBytes = 4096;
/** Places of a repository that are tried before giving up on it: where one is gone, others mostly are as well. */
const mostPlaces = 20;
/** So many repositories are tried. */
const mostRepositories = 10;

/**
 * Reads the credential of an incident again from where it was seen, files and texts, the newest place first, in its home repository and
 * then in others of the installation: it is the one with the incident's fingerprint. It is never stored, and neither is the text it stands in.
 */
export function readCredentialAgain(ports: ReadAgainPorts): CredentialAt {
  return async (incident, signal) => {
    const tried: string[] = [];
    for (const repoId of repositoriesOf(incident)) {
      const repo = await repoAt(repoId, incident, ports);
      const found = repo ? await findIn(repo, incident, ports, signal) : goneRepository;
      if (found.kind === "found") return found;
      tried.push(found.reason);
    }
    if (isTakenOut(incident)) return notThere(takenOut);
    const [first = "it was seen nowhere"] = tried;
    const others = tried.length - 1;
    return notThere(others > 0 ? `${first}; nor can it be read in ${others} other ${repositories(others)}` : first);
  };
}

const repositories = (count: number): string => (count === 1 ? "repository" : "repositories");

/** Those where it was seen, its home first, then where it was seen last. */
function repositoriesOf({ occurrences, home }: Incident): readonly number[] {
  const others = newestFirst(occurrences).map(({ repoId }) => repoId);
  const all = [...new Set(others)];
  const first = all.filter((id) => id === home.repoId);
  return [...first, ...all.filter((id) => id !== home.repoId)].slice(0, mostRepositories);
}

/** The home is asked for as the incident knows it: it may be readable although nothing else is kept of it. */
const repoAt = async (repoId: number, { home, installationId }: Incident, ports: ReadAgainPorts) =>
  (await ports.repoOf(installationId, repoId)) ?? (repoId === home.repoId ? home : null);

async function findIn(
  repo: RepoRef,
  incident: Incident,
  ports: ReadAgainPorts,
  signal: AbortSignal,
): ReturnType<CredentialAt> {
  let reason = "it does not stand any more where it was seen";
  for (const place of placesIn(repo, incident).slice(0, mostPlaces)) {
    const text = await textAt(repo, place, ports, signal);
    if (text.kind === "unavailable") {
      reason = `it cannot be read again: ${text.detail}`;
      continue;
    }
    const looked = await credentialIn(text.bytes, text.path, incident, ports);
    if (looked.credential) return { kind: "found", credential: looked.credential };
    if (looked.gap) reason = `not all of it can be looked through: ${looked.gap}`;
  }
  return notThere(reason);
}

const takenOut =
  "it was taken out of the text where it was seen, so it cannot be read again: somebody who knows has to attest that it is dead";

const isTakenOut = ({ redactions }: Incident): boolean => redactions.some(({ outcome }) => outcome !== "refused");

const notThere = (reason: string) => ({ kind: "not-there", reason }) as const;

const goneRepository = notThere("the repository where it was seen is not shown to Keyward any more");

const newestFirst = (occurrences: readonly Occurrence[]): readonly Occurrence[] =>
  occurrences.toSorted((a, b) => (a.seenAt < b.seenAt ? 1 : a.seenAt > b.seenAt ? -1 : 0));

/** The newest first; of those that say the same, one. */
function placesIn(repo: RepoRef, { occurrences }: Incident): readonly Occurrence[] {
  const distinct = new Map<string, Occurrence>();
  for (const one of newestFirst(occurrences.filter(({ repoId }) => repoId === repo.repoId))) {
    const key = one.kind === "code" ? `${one.blob} ${fileOf(one.path)}` : placeKey(one.place);
    if (!distinct.has(key)) distinct.set(key, one);
  }
  return [...distinct.values()];
}

/** What was found inside a file that was unpacked stands in that file. */
const fileOf = (path: string): string => path.split("!/")[0] ?? path;

type TextAt =
  | { readonly kind: "read"; readonly bytes: Uint8Array; readonly path: string }
  | { readonly kind: "unavailable"; readonly detail: string };

async function textAt(repo: RepoRef, seen: Occurrence, ports: ReadAgainPorts, signal: AbortSignal): Promise<TextAt> {
  if (seen.kind === "code") {
    return under(fileOf(seen.path), await ports.readBlob(repo, seen.blob, signal));
  }
  const { place } = seen;
  switch (place.surface) {
    case "commit-message":
      return under(commitMessagePath, await ports.readMessage(repo, place.commit, signal));
    case "tag-message":
      return under(tagMessagePath, await ports.readMessage(repo, place.object, signal));
    case "wiki": {
      const { path, revision } = place;
      if (path === null) return under(commitMessagePath, await ports.wikis.readMessage(repo, revision, signal));
      return under(path, await ports.wikis.readFileAt(repo, { revision, path }, signal));
    }
    case "issue":
    case "pull-request":
    case "issue-comment":
    case "review":
    case "review-comment":
    case "release":
      return writtenText(repo, place, ports);
  }
}

const under = (path: string, found: Awaited<ReturnType<BlobReader>>): TextAt =>
  found.kind === "read" ? { ...found, path } : found;

async function writtenText(repo: RepoRef, place: TextPlace, { texts }: ReadAgainPorts): Promise<TextAt> {
  const ref = textOfPlace(place);
  const reading = ref === null ? null : await texts.read(repo, ref);
  if (reading?.kind === "unread") return { kind: "unavailable", detail: reading.detail };
  const parts = reading?.kind === "read" ? reading.parts : [];
  const part = parts.find((one) => placeKey(one.place) === placeKey(place));
  if (!part) return { kind: "unavailable", detail: "the text was deleted" };
  return { kind: "read", bytes: new TextEncoder().encode(part.text), path: fileNameOf(part) };
}

async function credentialIn(
  bytes: Uint8Array,
  path: string,
  incident: Incident,
  { scannerFor }: ReadAgainPorts,
): Promise<{ readonly credential: Credential | null; readonly gap: string | undefined }> {
  const { matches, gaps } = await scannerFor(incident.installationId).scan({ path, bytes });
  const match = matches.find(({ finding }) => finding.fingerprint === incident.fingerprint);
  if (!match) return { credential: null, gap: gaps[0]?.detail };
  const { finding, secret } = match;
  const { offset, length } = finding.span;
  // Inside something that was unpacked or decoded the span is not one of these bytes.
  const around =
    finding.path === path && finding.via.length === 0
      ? bytes.subarray(Math.max(0, offset - surroundingBytes), offset + length + surroundingBytes)
      : null;
  const surroundings = around === null ? null : new Secret(new TextDecoder().decode(around));
  return { credential: { ruleId: finding.ruleId, secret, surroundings }, gap: undefined };
}
