import type { RepoRef } from "../core/change/change.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import type { ConfiguredSuppression, SecretPlace } from "../core/suppression/suppression-config.ts";
import { suppressionsIn, type SuppressionEntry, type SuppressionTerms } from "../core/suppression/suppression.ts";
import type { BlobReader } from "./ports/code-reader.ts";
import type { Job } from "./ports/jobs.ts";
import type { SuppressionStore } from "./ports/suppressions.ts";
import type { Clock, Logger } from "./ports/system.ts";

export type SyncPorts = {
  readonly suppressions: SuppressionStore;
  /** What `keyward.yml` of the default branch suppresses. */
  readonly suppressionsOf: (repo: RepoRef) => Promise<readonly ConfiguredSuppression[]>;
  readonly secretsIn: SecretsIn;
  /** A new unique id. */
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Brings what is suppressed in a repository to what its default branch says: what is new there is noted, what is gone is taken back, and
 * whatever shows it follows. A secret that is named by its place is read there, for its fingerprint; one that is not found there
 * suppresses nothing, and the log says so. Safe to repeat.
 */
export async function syncSuppressions(repo: RepoRef, ports: SyncPorts, signal: AbortSignal): Promise<void> {
  const { installationId, repoId } = repo;
  const now = ports.clock();
  const configured = (await ports.suppressionsOf(repo)).filter(({ until }) => until === null || until > now);
  const known = suppressionsIn(await ports.suppressions.configuredIn(installationId, repoId));
  const standing = known.filter(({ state }) => state === "approved");
  if (configured.length === 0 && standing.length === 0) return;
  const wanted = await termsOf(configured, repo, ports, signal);
  const fresh = wanted.filter((terms) => !standing.some((one) => isSameTerms(one, terms)));
  const gone = standing.filter((one) => !wanted.some((terms) => isSameTerms(one, terms)));
  const entries = [
    ...fresh.map((terms) => entryOf(ports.newId(), terms.fingerprint, { kind: "configured", terms }, now)),
    ...gone.map(({ id, fingerprint }) =>
      entryOf(id, fingerprint, { kind: "taken-back", by: null, note: "", source: null }, now),
    ),
  ];
  if (entries.length === 0) return;
  const fingerprints = new Set(entries.map(({ fingerprint }) => fingerprint));
  const jobs = [...fingerprints].map((fingerprint): Job => ({
    name: "settle-suppression",
    data: { installationId, fingerprint },
  }));
  await ports.suppressions.append(installationId, entries, jobs);
  ports.log.info("the configuration suppresses other secrets than before", {
    repo: repoId,
    added: fresh.length,
    gone: gone.length,
  });
}

const entryOf = (id: string, fingerprint: string, event: SuppressionEntry["event"], at: string): SuppressionEntry => ({
  id,
  fingerprint,
  event,
  at,
});

const isSameTerms = (one: SuppressionTerms, other: SuppressionTerms): boolean =>
  one.fingerprint === other.fingerprint &&
  one.reason === other.reason &&
  one.note === other.note &&
  one.until === other.until;

/** One for each secret and wish, however often it is written. */
async function termsOf(
  configured: readonly ConfiguredSuppression[],
  repo: RepoRef,
  ports: SyncPorts,
  signal: AbortSignal,
): Promise<readonly SuppressionTerms[]> {
  const places = configured.flatMap(({ secret }) => (secret.kind === "place" ? [secret] : []));
  const at = await fingerprintsAt(places, repo, ports, signal);
  const all = configured.flatMap(({ secret, reason, note, until }) => {
    const fingerprints = secret.kind === "fingerprint" ? [secret.fingerprint] : (at.get(placeKey(secret)) ?? []);
    return fingerprints.map((fingerprint): SuppressionTerms => ({
      fingerprint,
      repoId: repo.repoId,
      reason,
      note,
      until,
    }));
  });
  return all.filter((terms, index) => all.findIndex((other) => isSameTerms(other, terms)) === index);
}

const placeKey = ({ blob, path, line }: SecretPlace): string => JSON.stringify([blob, path, line]);

/** The secrets on those lines, by place. */
async function fingerprintsAt(
  places: readonly SecretPlace[],
  repo: RepoRef,
  { secretsIn, log }: SyncPorts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const place of places) {
    const { blob, line } = place;
    const secrets = await secretsIn(repo, place, signal);
    const on = (secrets ?? []).filter((secret) => secret.line <= line && line <= secret.endLine);
    const fingerprints = on.map(({ fingerprint }) => fingerprint);
    found.set(placeKey(place), fingerprints);
    if (fingerprints.length > 0) continue;
    const about = { repo: repo.repoId, blob, line, readable: secrets !== null };
    log.warn("the configuration suppresses a secret that does not stand where it says", about);
  }
  return found;
}

type SecretOnLines = { readonly fingerprint: string; readonly line: number; readonly endLine: number };

/** The secrets of a content, as if it stood at that path; null: it cannot be read. */
export type SecretsIn = (
  repo: RepoRef,
  place: Pick<SecretPlace, "blob" | "path">,
  signal: AbortSignal,
) => Promise<readonly SecretOnLines[] | null>;

/** So many contents are remembered: the same configuration is looked at again and again. */
const mostRemembered = 10_000;

/** Reads contents and remembers what they hold: fingerprints and lines, as content never changes under its id. */
export function rememberedSecrets(
  readBlob: BlobReader,
  scannerFor: (installationId: number) => ContentScanner,
): SecretsIn {
  const known = new Map<string, readonly SecretOnLines[]>();
  return async (repo, { blob, path }, signal) => {
    const key = JSON.stringify([repo.installationId, blob, path]);
    const before = known.get(key);
    if (before) return before;
    const read = await readBlob(repo, blob, signal);
    if (read.kind === "unavailable") return null;
    const { matches } = await scannerFor(repo.installationId).scan({ path, bytes: read.bytes });
    const secrets = matches.map(({ finding: { fingerprint, span } }) => ({
      fingerprint,
      line: span.line,
      endLine: span.endLine,
    }));
    if (known.size >= mostRemembered) known.clear();
    known.set(key, secrets);
    return secrets;
  };
}
