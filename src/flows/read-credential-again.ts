import type { Incident } from "../core/incident/incident.ts";
import type { CodeOccurrence } from "../core/incident/occurrence.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import { Secret } from "../core/scan/secret.ts";
import type { BlobReader } from "./ports/code-reader.ts";
import type { CredentialAt } from "./ports/credential-at.ts";
import type { Credential } from "./ports/credential-probe.ts";

export type ReadAgainPorts = {
  readonly readBlob: BlobReader;
  readonly scannerFor: (installationId: number) => ContentScanner;
};

/** To either side of the credential: what belongs to it (a key's id, a host) stands near. */
const surroundingBytes = 4096;
/** Places that are tried before giving up: where one blob is gone, others mostly are as well. */
const mostPlaces = 20;

/**
 * Reads the credential of an incident again from its blobs, the newest place first: it is the one with the incident's fingerprint.
 * It is never stored, and neither is the text it stands in.
 */
export function readCredentialAgain(ports: ReadAgainPorts): CredentialAt {
  return async (incident, signal) => {
    const places = codePlaces(incident);
    if (places.length === 0) return notThere("it was not seen in a commit of its home repository");
    let reason = "it does not stand any more where it was seen";
    const seen = new Set<string>();
    for (const place of places.slice(0, mostPlaces)) {
      const path = place.path.split("!/")[0] ?? place.path;
      if (seen.has(`${place.blob} ${path}`)) continue;
      seen.add(`${place.blob} ${path}`);
      const blob = await ports.readBlob(incident.home, place.blob, signal);
      if (blob.kind === "unavailable") {
        reason = `it cannot be read again: ${blob.detail}`;
        continue;
      }
      const credential = await credentialIn(blob.bytes, path, incident, ports);
      if (credential) return { kind: "found", credential };
    }
    return notThere(reason);
  };
}

const notThere = (reason: string) => ({ kind: "not-there", reason }) as const;

const codePlaces = ({ occurrences, home }: Incident): readonly CodeOccurrence[] =>
  occurrences
    .filter((one): one is CodeOccurrence => one.kind === "code" && one.repoId === home.repoId)
    .toSorted((a, b) => (a.seenAt < b.seenAt ? 1 : a.seenAt > b.seenAt ? -1 : 0));

async function credentialIn(
  bytes: Uint8Array,
  path: string,
  incident: Incident,
  { scannerFor }: ReadAgainPorts,
): Promise<Credential | null> {
  const { matches } = await scannerFor(incident.installationId).scan({ path, bytes });
  const match = matches.find(({ finding }) => finding.fingerprint === incident.fingerprint);
  if (!match) return null;
  const { finding, secret } = match;
  const { offset, length } = finding.span;
  // Inside something that was unpacked or decoded the span is not one of these bytes.
  const around =
    finding.path === path && finding.via.length === 0
      ? bytes.subarray(Math.max(0, offset - surroundingBytes), offset + length + surroundingBytes)
      : null;
  return {
    ruleId: finding.ruleId,
    secret,
    surroundings: around === null ? null : new Secret(new TextDecoder().decode(around)),
  };
}
