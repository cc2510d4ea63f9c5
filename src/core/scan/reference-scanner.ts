import type { Candidate } from "./candidate.ts";
import type { EvidenceSource } from "./confidence.ts";
import { allDecoders } from "./decode/all-decoders.ts";
import { defaultDecodeLimits, type DecodeLimits, type Decoder } from "./decode/decoder.ts";
import { layersOf } from "./decode/layer.ts";
import type { Detector } from "./detector.ts";
import { allEvidence } from "./evidence/all-evidence.ts";
import { findCandidates, type Haystack } from "./find-candidates.ts";
import { judgeLayers } from "./judge-layers.ts";
import { createKeywordIndex } from "./keyword-index.ts";
import { knownPrefixes } from "./prefixed/known-prefixes.ts";
import { type ReadyRule, type ReadySet, excuses, readySet } from "./ready-rule.ts";
import { needsPart, type RuleSet } from "./rules/rule.ts";
import type { Fingerprinter, Scanner } from "./scanner.ts";

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
  const applicableIn = ruleGate(set);
  const detected = detection(detectors, ruleSet);
  return {
    scan: (source) =>
      judgeLayers(source, layersOf(source, decoders, limits), {
        fingerprint,
        evidence,
        set,
        searches: (haystacks) => {
          const applicable = applicableIn(haystacks.map(({ text }) => text));
          return haystacks.map((haystack, at) => ({
            rules: applicable[at] ?? [],
            find: (ready) => findCandidates(ready, haystack),
            applies: () => true,
            detected: () => detected(haystack),
          }));
        },
      }),
  };
}

/** Gives what detectors find in a text and the rule set does not excuse. `find` asks one of them. */
export function detection(
  detectors: readonly Detector[],
  ruleSet: RuleSet,
): (haystack: Haystack, find?: (detector: Detector) => readonly Candidate[]) => readonly Candidate[] {
  const excuseOf = excuses(ruleSet);
  const isKnown = knownPrefixes(ruleSet.rules);
  const excuseById = new Map(detectors.flatMap(({ rules }) => rules.map((rule) => [rule.id, excuseOf(rule)] as const)));
  return (haystack, find = (detector) => detector.find(haystack)) =>
    detectors
      .flatMap(find)
      .filter((candidate) => excuseById.get(candidate.rule.id)?.(candidate) !== true && !isKnown(candidate));
}

/**
 * Gives the rules that apply to each layer of a file: those with a keyword in it and those without keywords. The keyword of a rule
 * that needs another part may be of that part, which may stand in another layer.
 */
function ruleGate(set: ReadySet): (texts: readonly string[]) => readonly (readonly ReadyRule[])[] {
  const keywords = [...new Set(set.rules.flatMap(({ rule }) => rule.keywords))];
  const ids = new Map(keywords.map((keyword, id) => [keyword, id]));
  const index = createKeywordIndex(keywords);
  const gates = set.rules.map((ready) => ({
    ready,
    needsPart: needsPart(ready.rule),
    ids: ready.rule.keywords.map((keyword) => ids.get(keyword) ?? -1),
  }));
  return (texts) => {
    const occurring = texts.map((text) => index.occurring(text).slice());
    return occurring.map((here) =>
      gates
        .filter((gate) => gate.ids.length === 0 || (gate.needsPart ? occurring : [here]).some(holdsOne(gate.ids)))
        .map(({ ready }) => ready),
    );
  };
}

const holdsOne =
  (ids: readonly number[]) =>
  (occurring: Uint8Array): boolean =>
    ids.some((id) => occurring[id] === 1);
