import { fromByteText, toByteText } from "./byte-text.ts";
import { bestOfLayers, type Located } from "./best-of-layers.ts";
import { type Candidate, publicPrefixOf } from "./candidate.ts";
import { type EvidenceSource, judge } from "./confidence.ts";
import { allDecoders } from "./decode/all-decoders.ts";
import { defaultDecodeLimits, type DecodeLimits, type Decoder } from "./decode/decoder.ts";
import { type Layer, layersOf } from "./decode/layer.ts";
import type { Detector } from "./detector.ts";
import { allEvidence } from "./evidence/all-evidence.ts";
import { findCandidates, type Haystack } from "./find-candidates.ts";
import type { Match } from "./finding.ts";
import { createKeywordIndex } from "./keyword-index.ts";
import { createLineIndex } from "./line-index.ts";
import { normalizeSecret } from "./normalize-secret.ts";
import { bestOfOverlapping, type Judged } from "./rank.ts";
import { type ReadyRule, type ReadySet, excuses, readySet } from "./ready-rule.ts";
import { withParts } from "./required-parts.ts";
import type { Rule, RuleSet } from "./rules/rule.ts";
import type { Fingerprinter, Scanner } from "./scanner.ts";
import { Secret } from "./secret.ts";

export type ReferenceScannerOptions = {
  readonly ruleSet: RuleSet;
  /** Code beside the rules; none by default. */
  readonly detectors?: readonly Detector[];
  readonly fingerprint: Fingerprinter;
  readonly evidence?: readonly EvidenceSource[];
  readonly decoders?: readonly Decoder[];
  readonly limits?: DecodeLimits;
};

/**
 * The scanner that defines what is right: every rule over every text, nothing clever but the keyword test, which is part of
 * what a rule means. A faster engine must give the same matches.
 */
export function createReferenceScanner(options: ReferenceScannerOptions): Scanner {
  const {
    ruleSet,
    fingerprint,
    detectors = [],
    evidence = allEvidence,
    decoders = allDecoders,
    limits = defaultDecodeLimits,
  } = options;
  const set = readySet(ruleSet);
  const applicable = ruleGate(set);
  const detected = detection(detectors, ruleSet);
  return {
    scan: (source) => {
      const { layers, embedded, gaps } = layersOf(source, decoders, limits);
      const path = toByteText(source.path);
      const found = layers.flatMap((layer): Located[] => {
        const haystack = { path, text: layer.text, via: layer.via };
        const candidates = [...candidatesIn(layer, path, applicable(layer.text), set), ...detected(haystack)];
        const judged = candidates.map((candidate) => ({ candidate, confidence: judge(candidate, evidence) }));
        return withoutParts(bestOfOverlapping(judged)).map((one) => ({ ...one, layer }));
      });
      const matches = bestOfLayers(found).map((located) => toMatch(located, source.path, fingerprint));
      return { matches: matches.sort(byOffset), gaps, embedded };
    },
  };
}

/** Gives what detectors find in a text and the rule set does not excuse. */
function detection(detectors: readonly Detector[], ruleSet: RuleSet): (haystack: Haystack) => readonly Candidate[] {
  const excuseOf = excuses(ruleSet);
  const excuseById = new Map(detectors.flatMap(({ rules }) => rules.map((rule) => [rule.id, excuseOf(rule)] as const)));
  return (haystack) =>
    detectors
      .flatMap((detector) => detector.find(haystack))
      .filter((candidate) => excuseById.get(candidate.rule.id)?.(candidate) !== true);
}

/** Gives the rules that apply to a text: those with a keyword in it and those without keywords. */
function ruleGate(set: ReadySet): (text: string) => readonly ReadyRule[] {
  const keywords = [...new Set(set.rules.flatMap(({ rule }) => rule.keywords))];
  const ids = new Map(keywords.map((keyword, id) => [keyword, id]));
  const index = createKeywordIndex(keywords);
  const gates = set.rules.map((ready) => ({
    ready,
    ids: ready.rule.keywords.map((keyword) => ids.get(keyword) ?? -1),
  }));
  return (text) => {
    const occurring = index.occurring(text);
    return gates
      .filter((gate) => gate.ids.length === 0 || gate.ids.some((id) => occurring[id] === 1))
      .map(({ ready }) => ready);
  };
}

function candidatesIn(layer: Layer, path: string, rules: readonly ReadyRule[], set: ReadySet): readonly Candidate[] {
  const haystack = { path, text: layer.text, via: layer.via };
  const lines = createLineIndex(layer.text);
  const byRule = new Map<string, readonly Candidate[]>();
  const candidatesOf = (id: string): readonly Candidate[] => {
    const ready = set.byId.get(id);
    const known = byRule.get(id) ?? (ready === undefined ? [] : findCandidates(ready, haystack));
    byRule.set(id, known);
    return known;
  };
  return rules
    .filter(({ rule }) => !rule.skipReport)
    .flatMap(({ rule }) => candidatesOf(rule.id))
    .filter(({ matchStart, matchEnd }) => layer.isNew(matchStart - 1, matchEnd + 1))
    .flatMap((candidate) => withParts(candidate, candidatesOf, lines) ?? []);
}

/** A finding that is shown as a part of another one is not shown again by itself. */
function withoutParts(found: readonly Judged[]): readonly Judged[] {
  const key = (one: { readonly rule: Rule; readonly start: number }): string => `${one.start} ${one.rule.id}`;
  const parts = new Set(found.flatMap(({ candidate }) => candidate.parts.map(key)));
  return found.filter(({ candidate }) => !parts.has(key(candidate)));
}

function toMatch({ candidate, confidence, layer }: Located, path: string, fingerprint: Fingerprinter): Match {
  const { rule } = candidate;
  const secret = secretOf(candidate);
  const parts = candidate.parts.map((part) => ({
    name: part.rule.title,
    mask: secretOf(part).mask,
    span: layer.spanOf(part.start, part.end),
  }));
  return {
    secret,
    finding: {
      ruleId: rule.id,
      provider: rule.provider,
      title: rule.title,
      severity: rule.severity,
      confidence,
      path,
      span: layer.spanOf(candidate.start, candidate.end),
      via: layer.via,
      mask: secret.mask,
      fingerprint: fingerprint(rule.family, fromByteText(normalizeSecret(candidate.secret))),
      ...(parts.length > 0 ? { parts } : {}),
    },
  };
}

/** The secret as text. A finding about the file itself has nothing to hide. */
function secretOf({ rule, secret, start, end }: Pick<Candidate, "rule" | "secret" | "start" | "end">): Secret {
  const prefix = start === end ? secret : publicPrefixOf(rule, secret);
  return new Secret(fromByteText(secret), fromByteText(prefix));
}

function byOffset(a: Match, b: Match): number {
  return a.finding.span.offset - b.finding.span.offset || (a.finding.ruleId < b.finding.ruleId ? -1 : 1);
}
