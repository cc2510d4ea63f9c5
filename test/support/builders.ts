import type { Change, Place, RepoRef } from "../../src/core/change/change.ts";
import type { CodeOccurrence } from "../../src/core/incident/occurrence.ts";
import type { ConfidenceLevel, Finding } from "../../src/core/scan/finding.ts";
import type { Coverage } from "../../src/core/verdict/coverage.ts";
import type { ChangeFinding } from "../../src/core/verdict/verdict.ts";

/** A repository as tests use it; every field can be set. */
export function aRepo(fields: Partial<RepoRef> = {}): RepoRef {
  return {
    installationId: 7,
    repoId: 42,
    owner: "acme",
    name: "shop",
    defaultBranch: "main",
    visibility: "private",
    ...fields,
  };
}

/** A made-up commit or blob name: forty times the same hex digit, or a given one padded. */
export const aSha = (digits: string): string => digits.padEnd(40, digits.at(-1) ?? "0").slice(0, 40);

export function aChange(fields: Partial<Change> = {}): Change {
  return { repo: aRepo(), head: aSha("a"), source: { kind: "push", ref: "refs/heads/topic", before: null }, ...fields };
}

export function aFinding(fields: Partial<Finding> & { readonly level?: ConfidenceLevel } = {}): Finding {
  const { level = "high", ...rest } = fields;
  return {
    ruleId: "github-pat",
    provider: "GitHub",
    title: "GitHub personal access token (classic)",
    severity: "critical",
    confidence: {
      level,
      score: { low: 20, medium: 55, high: 90 }[level],
      reasons: [{ what: "provider format", points: 90 }],
    },
    path: "src/config.ts",
    span: { offset: 10, length: 40, line: 2, column: 3, endLine: 2, endColumn: 43 },
    via: [],
    mask: "ghp_****",
    fingerprint: "f".repeat(32),
    ...rest,
  };
}

export const aPlace = (fields: Partial<Place> = {}): Place => ({
  path: "src/config.ts",
  commit: aSha("c"),
  atHead: true,
  ...fields,
});

/** A line of a file in which the secret of an incident was seen. */
export const anOccurrence = (fields: Partial<CodeOccurrence> = {}): CodeOccurrence => ({
  kind: "code",
  repoId: 42,
  commit: aSha("c"),
  blob: aSha("b"),
  path: "a.ts",
  line: 3,
  seenAt: "2026-11-02T10:00:00.000Z",
  ...fields,
});

/** A finding in one place, of which an incident is opened. */
export const aSighting = (finding: Partial<Finding> = {}, place: Partial<CodeOccurrence> = {}) => ({
  home: aRepo(),
  finding: aFinding(finding),
  occurrences: [anOccurrence(place)],
});

export function aChangeFinding(fields: Partial<ChangeFinding> = {}): ChangeFinding {
  return { finding: aFinding(), blob: aSha("b"), places: [aPlace()], ...fields };
}

export const aCoverage = (fields: Partial<Coverage> = {}): Coverage => ({
  commits: 1,
  blobs: 1,
  bytes: 100,
  unread: [],
  submodules: 0,
  ...fields,
});
