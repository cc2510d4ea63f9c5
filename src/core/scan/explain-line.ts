import { toByteText } from "./byte-text.ts";
import type { Candidate } from "./candidate.ts";
import { type EvidenceSource, judge } from "./confidence.ts";
import { allEvidence } from "./evidence/all-evidence.ts";
import { findCandidates } from "./find-candidates.ts";
import type { Confidence, Span } from "./finding.ts";
import { allNamedCandidates } from "./generic/generic-detector.ts";
import { layersOf } from "./decode/layer.ts";
import { allDecoders } from "./decode/all-decoders.ts";
import { defaultDecodeLimits } from "./decode/decoder.ts";
import { maskOf } from "./mask.ts";
import { bestOfOverlapping } from "./rank.ts";
import { readySet } from "./ready-rule.ts";
import type { RuleSet } from "./rules/rule.ts";
import type { SourceText } from "./source-text.ts";

/** Something that was looked at on a line, and what was thought of it; the secret itself is not in it. */
export type Explanation = {
  readonly ruleId: string;
  readonly title: string;
  readonly mask: string;
  readonly span: Span;
  readonly via: readonly string[];
  readonly confidence: Confidence;
  /** `reported` as far as its confidence allows; `overlapped`: another candidate of the same place was better. */
  readonly fate: "reported" | "overlapped";
};

export type ExplainOptions = {
  readonly ruleSet: RuleSet;
  /** Whether what the generic detector looked at is told too, also what came to nothing. */
  readonly generic: boolean;
  readonly evidence?: readonly EvidenceSource[];
};

/**
 * Everything that was looked at on a line (from 1), the best first, with the parts of its score: findings, what they displaced, and what
 * was rejected. Keywords are not asked, so that a rule shows here if its regex matches.
 */
export function explainLine(source: SourceText, line: number, options: ExplainOptions): readonly Explanation[] {
  const { ruleSet, generic, evidence = allEvidence } = options;
  const { rules } = readySet(ruleSet);
  const path = toByteText(source.path);
  return layersOf(source, allDecoders, defaultDecodeLimits)
    .layers.flatMap((layer) => {
      const haystack = { path, text: layer.text, via: layer.via };
      const all: readonly Candidate[] = [
        ...rules.flatMap((rule) => findCandidates(rule, haystack)),
        ...(generic ? allNamedCandidates(haystack) : []),
      ];
      const judged = all.map((candidate) => ({ candidate, confidence: judge(candidate, evidence) }));
      const kept = new Set(bestOfOverlapping(judged));
      return judged.map((one): Explanation => {
        const { rule, secret, start, end } = one.candidate;
        return {
          ruleId: rule.id,
          title: rule.title,
          mask: maskOf(secret),
          span: layer.spanOf(start, end),
          via: layer.via,
          confidence: one.confidence,
          fate: kept.has(one) ? "reported" : "overlapped",
        };
      });
    })
    .filter(({ span }) => span.line <= line && line <= span.endLine)
    .sort((a, b) => b.confidence.score - a.confidence.score);
}
