import { hasAllowMark } from "./allow-mark.ts";
import { fromByteText, toByteText } from "./byte-text.ts";
import { bestOfLayers, type Located } from "./best-of-layers.ts";
import { type Candidate, publicPrefixOf } from "./candidate.ts";
import { type EvidenceSource, judge } from "./confidence.ts";
import type { Layer, Layers } from "./decode/layer.ts";
import type { Haystack } from "./find-candidates.ts";
import type { Match } from "./finding.ts";
import { createLineIndex } from "./line-index.ts";
import { normalizeSecret } from "./normalize-secret.ts";
import { bestOfOverlapping, type Judged } from "./rank.ts";
import type { ReadyRule, ReadySet } from "./ready-rule.ts";
import { withParts } from "./required-parts.ts";
import { genericFamily, type Rule } from "./rules/rule.ts";
import type { Fingerprinter, ScanOutcome } from "./scanner.ts";
import { Secret } from "./secret.ts";
import type { SourceText } from "./source-text.ts";

export type Judgement = {
  readonly fingerprint: Fingerprinter;
  readonly evidence: readonly EvidenceSource[];
  /** Everything that rules and detectors find in a layer. */
  readonly find: (layer: Layer, haystack: Haystack) => readonly Candidate[];
};

/** Judges what is found in the layers of a file, and keeps the best of what overlaps. */
export function judgeLayers(source: SourceText, { layers, embedded, gaps }: Layers, judgement: Judgement): ScanOutcome {
  const { fingerprint, evidence, find } = judgement;
  const path = toByteText(source.path);
  let hangsOnPath = false;
  const found = layers.flatMap((layer): Located[] => {
    const candidates = find(layer, { path, text: layer.text, via: layer.via });
    // What has no length is about the file itself: its "secret" is the path.
    hangsOnPath ||= candidates.some(({ start, end }) => start === end);
    const judged = candidates.map((candidate) => ({ candidate, confidence: judge(candidate, evidence) }));
    return withoutParts(bestOfOverlapping(judged)).map((one) => ({ ...one, layer }));
  });
  const plain = layers.find(({ via }) => via.length === 0)?.text ?? "";
  const matches = bestOfLayers(found).map((located) => withMark(toMatch(located, source.path, fingerprint), plain));
  return { matches: matches.sort(byOffset), gaps, embedded, hangsOnPath };
}

export type RuleSearch = {
  readonly layer: Layer;
  /** The rules whose findings are reported. */
  readonly rules: readonly ReadyRule[];
  readonly set: ReadySet;
  /** Everything that one rule finds in the layer. */
  readonly find: (ready: ReadyRule) => readonly Candidate[];
  /** Whether a rule has a keyword in the layer, asked when it has found something. */
  readonly applies: (ready: ReadyRule) => boolean;
};

/** What rules find in a layer, completed with the parts they require. */
export function candidatesOfRules({ layer, rules, set, find, applies }: RuleSearch): readonly Candidate[] {
  const lines = createLineIndex(layer.text);
  const byRule = new Map<string, readonly Candidate[]>();
  const candidatesOf = (id: string): readonly Candidate[] => {
    const ready = set.byId.get(id);
    const known = byRule.get(id) ?? (ready === undefined ? [] : find(ready));
    byRule.set(id, known);
    return known;
  };
  // Where a part is missing the rest, which may be looked for in the whole text, does not matter.
  const lacksPart = ({ rule }: ReadyRule): boolean =>
    rule.required.some(({ id, optional }) => !optional && candidatesOf(id).length === 0);
  const reported = (ready: ReadyRule): readonly Candidate[] => {
    const found = ready.rule.skipReport || lacksPart(ready) ? [] : candidatesOf(ready.rule.id);
    return found.length > 0 && applies(ready) ? found : [];
  };
  return rules
    .flatMap(reported)
    .filter(({ matchStart, matchEnd }) => layer.isNew(matchStart - 1, matchEnd + 1))
    .flatMap((candidate) => withParts(candidate, candidatesOf, lines) ?? []);
}

/** A finding that is shown as a part of another one is not shown again by itself, nor is what nobody's rule sees in the same place. */
function withoutParts(found: readonly Judged[]): readonly Judged[] {
  const key = (one: { readonly rule: Rule; readonly start: number }): string => `${one.start} ${one.rule.id}`;
  const parts = found.flatMap(({ candidate }) => candidate.parts);
  const [keys, starts] = [new Set(parts.map(key)), new Set(parts.map(({ start }) => start))];
  return found.filter(
    ({ candidate }) =>
      !keys.has(key(candidate)) && !(candidate.rule.family === genericFamily && starts.has(candidate.start)),
  );
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

/** Whoever wrote the line may have said that the secret is meant to stand there. */
function withMark({ finding, secret }: Match, text: string): Match {
  const { offset, length } = finding.span;
  return hasAllowMark(text, offset, offset + length)
    ? { secret, finding: { ...finding, marked: true } }
    : { finding, secret };
}

/** The secret as text. A finding about the file itself has nothing to hide. */
function secretOf({ rule, secret, start, end }: Pick<Candidate, "rule" | "secret" | "start" | "end">): Secret {
  const prefix = start === end ? secret : publicPrefixOf(rule, secret);
  return new Secret(fromByteText(secret), fromByteText(prefix));
}

function byOffset(a: Match, b: Match): number {
  return a.finding.span.offset - b.finding.span.offset || (a.finding.ruleId < b.finding.ruleId ? -1 : 1);
}
