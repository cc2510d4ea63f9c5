import { fromByteText, toByteText } from "./byte-text.ts";
import { type Candidate, publicPrefixOf } from "./candidate.ts";
import { judge } from "./confidence.ts";
import { allDecoders } from "./decode/all-decoders.ts";
import { defaultDecodeLimits } from "./decode/decoder.ts";
import { type Layer, layersOf } from "./decode/layer.ts";
import { allEvidence } from "./evidence/all-evidence.ts";
import { findCandidates, type Haystack, rawCandidates } from "./find-candidates.ts";
import type { Detector } from "./detector.ts";
import type { Confidence, Match, Span } from "./finding.ts";
import { allNamedCandidates } from "./generic/generic-detector.ts";
import { maskOf } from "./mask.ts";
import { excuses, type Excuse, type ReadyRule, type ReadySet, readySet } from "./ready-rule.ts";
import { partFinder, type PartFinder } from "./required-parts.ts";
import { needsPart, type Rule, type RuleSet } from "./rules/rule.ts";
import type { Scanner } from "./scanner.ts";
import { shannonEntropy } from "./shannon.ts";
import type { SourceText } from "./source-text.ts";

/** Something a rule matched, what speaks for it and against it, and what became of it. */
export type Explanation = {
  readonly rule: Rule;
  readonly mask: string;
  readonly span: Span;
  readonly via: readonly string[];
  readonly confidence: Confidence;
  /** Null if it is reported (from its confidence on). */
  readonly rejected: string | null;
};

export type ExplainOptions = {
  readonly ruleSet: RuleSet;
  /** The scanner whose findings are explained, and the detectors it uses beside the rules. */
  readonly scanner: Scanner;
  readonly detectors: readonly Detector[];
};

/**
 * Everything that was looked at on a line (from 1), the best first: findings, what they displaced, and what was rejected. Of a container only
 * its own bytes are looked at: an entry is a text of its own.
 */
export function explainLine(source: SourceText, line: number, options: ExplainOptions): readonly Explanation[] {
  const { ruleSet, scanner, detectors } = options;
  const set = readySet(ruleSet);
  const { matches } = scanner.scan(source);
  const path = toByteText(source.path);
  const excuseOf = excuses(ruleSet);
  const { layers } = layersOf(source, allDecoders, defaultDecodeLimits);
  const haystackOf = ({ text, via }: Layer): Haystack => ({ path, text, via });
  const parts = partFinder(layers.map((layer) => ({ layer, candidatesOf: candidatesIn(haystackOf(layer), set) })));
  const isMet = keywordTest(layers.map(({ text }) => text.toLowerCase()));
  const all = layers.flatMap((layer, at) => {
    const haystack = haystackOf(layer);
    const around: Surroundings = { layer, parts, matches };
    const isOnLine = ({ start, end }: Candidate): boolean => covers(layer.spanOf(start, end), line);
    const seen = seenBy(detectors, haystack).filter(isOnLine);
    return [
      ...set.rules.flatMap((rule) => {
        const found = rule.path?.isIn(path) !== false && isMet(rule, at) ? rawCandidates(rule, haystack) : [];
        return found.filter(isOnLine).map((candidate) => explained(candidate, rule.isExcused, around));
      }),
      ...seen.map((candidate) => explained(candidate, excuseOf(candidate.rule), around)),
    ];
  });
  return all.sort((a, b) => b.confidence.score - a.confidence.score);
}

/** What detectors find, and what the generic one looked at though it came to nothing. */
function seenBy(detectors: readonly Detector[], haystack: Haystack): readonly Candidate[] {
  const ids = new Set(detectors.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const named = allNamedCandidates(haystack).filter(({ rule }) => ids.has(rule.id));
  const known = new Set(named.map(keyOf));
  const found = detectors.flatMap(({ find }) => find(haystack));
  return [...named, ...found.filter((candidate) => !known.has(keyOf(candidate)))];
}

const keyOf = ({ rule, start, end }: Candidate): string => `${rule.id} ${start} ${end}`;

/** Gives whether a keyword of a rule is in one of some layers, or in any if the rule needs another part. */
const keywordTest =
  (texts: readonly string[]) =>
  ({ rule }: ReadyRule, at: number): boolean =>
    rule.keywords.length === 0 ||
    (needsPart(rule) ? texts : texts.slice(at, at + 1)).some((text) =>
      rule.keywords.some((word) => text.includes(word)),
    );

const covers = (span: Span, line: number): boolean => span.line <= line && line <= span.endLine;

type Surroundings = {
  readonly layer: Layer;
  readonly parts: PartFinder;
  readonly matches: readonly Match[];
};

function explained(candidate: Candidate, isExcused: Excuse, around: Surroundings): Explanation {
  const { rule, secret } = candidate;
  const whole = around.parts.complete(candidate, around.layer);
  const prefix = candidate.start === candidate.end ? secret : publicPrefixOf(rule, secret);
  const span = around.layer.spanOf(candidate.start, candidate.end);
  return {
    rule,
    mask: maskOf(fromByteText(secret), fromByteText(prefix)),
    span,
    via: candidate.via,
    confidence: judge(whole ?? candidate, allEvidence),
    rejected:
      rejectionOf(candidate, isExcused) ?? (whole === null ? missingPart(rule) : fate(rule, span, around.matches)),
  };
}

const candidatesIn =
  (haystack: Haystack, set: ReadySet) =>
  (id: string): readonly Candidate[] => {
    const ready = set.byId.get(id);
    return ready === undefined ? [] : findCandidates(ready, haystack);
  };

function rejectionOf(candidate: Candidate, isExcused: Excuse): string | null {
  const entropy = shannonEntropy(candidate.secret);
  const { entropy: limit } = candidate.rule;
  if (limit > 0 && entropy <= limit) return `its entropy, ${entropy.toFixed(2)}, is not above the rule's ${limit}`;
  return isExcused(candidate) ? "an allowlist or filter excuses it" : null;
}

function missingPart({ required }: Rule): string {
  const needed = required.filter(({ optional }) => !optional).map(({ id }) => id);
  return `a part it needs is not near enough: ${needed.join(", ")}`;
}

/** Whether the scanner reports it, or what instead. */
function fate(rule: Rule, span: Span, matches: readonly Match[]): string | null {
  const overlapping = matches.filter(
    ({ finding: { span: other } }) =>
      other.offset < span.offset + Math.max(1, span.length) && span.offset < other.offset + Math.max(1, other.length),
  );
  if (overlapping.some(({ finding }) => finding.ruleId === rule.id)) return null;
  if (rule.skipReport) return "it is reported only as a part of another credential";
  const [better] = overlapping;
  return better === undefined
    ? "too little speaks for it, or it is reported as a part of another credential"
    : `${better.finding.ruleId} fits better here`;
}
