import type { Candidate } from "./candidate.ts";
import type { EvidenceSource } from "./confidence.ts";
import { allDecoders } from "./decode/all-decoders.ts";
import { defaultDecodeLimits, type DecodeLimits, type Decoder } from "./decode/decoder.ts";
import { layersOf } from "./decode/layer.ts";
import type { Detector } from "./detector.ts";
import { allEvidence } from "./evidence/all-evidence.ts";
import { findCandidates, type Haystack } from "./find-candidates.ts";
import { candidatesOfRules, judgeLayers } from "./judge-layers.ts";
import { createKeywordIndex } from "./keyword-index.ts";
import { type ReadyRule, type ReadySet, excuses, readySet } from "./ready-rule.ts";
import type { RuleSet } from "./rules/rule.ts";
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
  const applicable = ruleGate(set);
  const detected = detection(detectors, ruleSet);
  return {
    scan: (source) =>
      judgeLayers(source, layersOf(source, decoders, limits), {
        fingerprint,
        evidence,
        find: (layer, haystack) => [
          ...candidatesOfRules({
            layer,
            rules: applicable(layer.text),
            set,
            find: (ready) => findCandidates(ready, haystack),
            applies: () => true,
          }),
          ...detected(haystack),
        ],
      }),
  };
}

/** Gives what detectors find in a text and the rule set does not excuse. `find` asks one of them. */
export function detection(
  detectors: readonly Detector[],
  ruleSet: RuleSet,
): (haystack: Haystack, find?: (detector: Detector) => readonly Candidate[]) => readonly Candidate[] {
  const excuseOf = excuses(ruleSet);
  const excuseById = new Map(detectors.flatMap(({ rules }) => rules.map((rule) => [rule.id, excuseOf(rule)] as const)));
  return (haystack, find = (detector) => detector.find(haystack)) =>
    detectors.flatMap(find).filter((candidate) => excuseById.get(candidate.rule.id)?.(candidate) !== true);
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
