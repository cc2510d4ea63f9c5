import type { Confidence, Finding, Span } from "../../core/scan/finding.ts";
import { severities } from "../../core/scan/finding.ts";
import type { ChangeFinding } from "../../core/verdict/verdict.ts";

/** A place at which a credential is shown. */
export type Spot = {
  readonly path: string;
  /** The way in where the file is an archive or the like: `config.yml` of `app.zip!/config.yml`. */
  readonly inside: string | null;
  readonly span: Span;
  /** The decoders passed on the way. */
  readonly via: readonly string[];
  /** What speaks for it here: a file's name and surroundings have a say. */
  readonly confidence: Confidence;
  /** Its line says `keyward:allow`. */
  readonly marked: boolean;
  readonly commit: string;
  readonly atHead: boolean;
  /** How many further commits of the change hold it in other versions of this file; those are not shown one by one. */
  readonly otherCommits: number;
};

/** One secret of a change, as sure as we are of it anywhere, with the places worth showing: what is at the head first. */
export type Credential = {
  readonly finding: Pick<Finding, "title" | "provider" | "severity" | "mask" | "fingerprint" | "confidence">;
  readonly spots: readonly Spot[];
};

/**
 * Findings as a person counts them: one per secret. A file changed in ten commits around the secret gives ten findings and one
 * place: the version at the head if it still holds the secret, or else the oldest that did. `commits`: oldest first.
 */
export function credentialsIn(findings: readonly ChangeFinding[], commits: readonly string[]): readonly Credential[] {
  const age = new Map(commits.map((sha, index) => [sha, index] as const));
  const ageOf = (sha: string): number => age.get(sha) ?? commits.length;
  const bySecret = Map.groupBy(findings, ({ finding }) => finding.fingerprint);
  return [...bySecret.values()].map((group) => credential(group, ageOf)).toSorted(byWeight);
}

function credential(group: readonly ChangeFinding[], ageOf: (sha: string) => number): Credential {
  const finding = group
    .map((one) => one.finding)
    .toSorted((a, b) => b.confidence.score - a.confidence.score || byRule(a, b))[0];
  if (!finding) throw new Error("a group of findings cannot be empty");
  const sightings = group.flatMap(sightingsOf);
  const byFile = Map.groupBy(sightings, ({ path, inside }) => JSON.stringify([path, inside]));
  const spots = [...byFile.values()].flatMap((file) => spotsOfFile(file, ageOf)).toSorted(byPlace);
  return { finding, spots };
}

type Sighting = Omit<Spot, "otherCommits">;

function sightingsOf({ finding, places }: ChangeFinding): Sighting[] {
  const { span, via, confidence, marked = false } = finding;
  return places.map(({ path, commit, atHead }) => {
    const inside = finding.path.startsWith(`${path}!/`) ? finding.path.slice(path.length + 2) : null;
    return { path, inside, span, via, confidence, marked, commit, atHead };
  });
}

function spotsOfFile(sightings: readonly Sighting[], ageOf: (sha: string) => number): Spot[] {
  const atHead = sightings.filter((sighting) => sighting.atHead);
  const oldest = sightings.toSorted((a, b) => ageOf(a.commit) - ageOf(b.commit) || compare(a.commit, b.commit))[0];
  const shown = atHead.length > 0 ? atHead : sightings.filter(({ commit }) => commit === oldest?.commit);
  const shownCommits = new Set(shown.map(({ commit }) => commit));
  const others = new Set(sightings.map(({ commit }) => commit).filter((commit) => !shownCommits.has(commit)));
  const distinct = new Map(shown.map((spot) => [JSON.stringify([spot.span.offset, spot.span.line]), spot] as const));
  return [...distinct.values()].map((spot) => ({ ...spot, otherCommits: others.size }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byRule = (a: Finding, b: Finding): number => compare(a.ruleId, b.ruleId) || compare(a.mask, b.mask);

/** What is at the head first, then by where it stands. A total order, so that a report is the same each time it is made. */
const byPlace = (a: Spot, b: Spot): number =>
  Number(b.atHead) - Number(a.atHead) ||
  compare(a.path, b.path) ||
  compare(a.inside ?? "", b.inside ?? "") ||
  a.span.line - b.span.line ||
  a.span.column - b.span.column ||
  compare(a.commit, b.commit);

/** The worst first. */
function byWeight(a: Credential, b: Credential): number {
  const severity = (one: Credential): number => severities.indexOf(one.finding.severity);
  const [placeA, placeB] = [a.spots[0], b.spots[0]];
  return (
    severity(b) - severity(a) ||
    b.finding.confidence.score - a.finding.confidence.score ||
    (placeA && placeB ? byPlace(placeA, placeB) : 0) ||
    compare(a.finding.fingerprint, b.finding.fingerprint)
  );
}
