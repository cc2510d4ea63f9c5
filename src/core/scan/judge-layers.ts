import { hasAllowMark } from "./allow-mark.ts";
import { fromByteText, toByteText } from "./byte-text.ts";
import { bestOfLayers, type Located } from "./best-of-layers.ts";
import { type Candidate, publicPrefixOf } from "./candidate.ts";
import { type EvidenceSource, judge } from "./confidence.ts";
import type { Layer, Layers } from "./decode/layer.ts";
import type { Haystack } from "./find-candidates.ts";
import type { Match } from "./finding.ts";
import { normalizeSecret } from "./normalize-secret.ts";
import { bestOfOverlapping } from "./rank.ts";
import type { ReadyRule, ReadySet } from "./ready-rule.ts";
import { partFinder, type PartSource } from "./required-parts.ts";
import { genericFamily } from "./rules/rule.ts";
import type { Fingerprinter, ScanOutcome } from "./scanner.ts";
import { Secret } from "./secret.ts";
import type { SourceText } from "./source-text.ts";

export type Judgement = {
  readonly fingerprint: Fingerprinter;
  readonly evidence: readonly EvidenceSource[];
  readonly set: ReadySet;
  /** How each of a file's layers, the first of which is the file itself, is searched. */
  readonly searches: (haystacks: readonly Haystack[]) => readonly LayerSearch[];
};

/** How one layer is searched. */
export type LayerSearch = {
  /** The rules whose findings are reported. */
  readonly rules: readonly ReadyRule[];
  /** Everything that one rule finds in the layer. */
  readonly find: (ready: ReadyRule) => readonly Candidate[];
  /** Whether a rule has a keyword in the layer, or in the file if it needs another part, asked when it has found something. */
  readonly applies: (ready: ReadyRule) => boolean;
  /** What detectors find in the layer. */
  readonly detected: () => readonly Candidate[];
};

/** Judges what is found in the layers of a file, and keeps the best of what overlaps. */
export function judgeLayers(source: SourceText, { layers, embedded, gaps }: Layers, judgement: Judgement): ScanOutcome {
  const { fingerprint, evidence, set, searches } = judgement;
  const path = toByteText(source.path);
  let hangsOnPath = false;
  const searched = searches(layers.map(({ text, via }) => ({ path, text, via })));
  const found = candidatesOf(layers, searched, set).flatMap(({ layer, candidates }): Located[] => {
    // What has no length is about the file itself: its "secret" is the path.
    hangsOnPath ||= candidates.some(({ start, end }) => start === end);
    const judged = candidates.map((candidate) => ({ candidate, confidence: judge(candidate, evidence) }));
    return bestOfOverlapping(judged).map((one) => ({ ...one, layer }));
  });
  const plain = layers.find(({ via }) => via.length === 0)?.text ?? "";
  const best = bestOfLayers(withoutParts(found));
  const matches = best.map((located) => withMark(toMatch(located, source.path, fingerprint), plain));
  return { matches: matches.sort(byOffset), gaps, embedded, hangsOnPath };
}

type Searched = { readonly layer: Layer; readonly candidates: readonly Candidate[] };

/** What is found in each layer; what rules find is completed with the parts they require. */
function candidatesOf(layers: readonly Layer[], searches: readonly LayerSearch[], set: ReadySet): readonly Searched[] {
  const searched = layers.flatMap((layer, at) => {
    const search = searches[at];
    return search === undefined ? [] : [{ layer, search, candidatesOf: findOnce(search, set) }];
  });
  const parts = partFinder(searched);
  return searched.map(({ layer, search, candidatesOf: candidatesBy }) => {
    // Where a part is missing the rest, which may be looked for in the whole text, does not matter.
    const lacksPart = ({ rule }: ReadyRule): boolean =>
      rule.required.some(({ id, optional }) => !optional && parts.lacks(layer, id));
    const reported = (ready: ReadyRule): readonly Candidate[] => {
      const found = ready.rule.skipReport || lacksPart(ready) ? [] : candidatesBy(ready.rule.id);
      return found.length > 0 && search.applies(ready) ? found : [];
    };
    const byRules = search.rules
      .flatMap(reported)
      .filter(({ matchStart, matchEnd }) => layer.isNew(matchStart - 1, matchEnd + 1))
      .flatMap((candidate) => parts.complete(candidate, layer) ?? []);
    return { layer, candidates: [...byRules, ...search.detected()] };
  });
}

/** Gives what each rule finds in a layer, by its id. */
function findOnce({ find }: LayerSearch, set: ReadySet): PartSource["candidatesOf"] {
  const byRule = new Map<string, readonly Candidate[]>();
  return (id) => {
    const ready = set.byId.get(id);
    const known = byRule.get(id) ?? (ready === undefined ? [] : find(ready));
    byRule.set(id, known);
    return known;
  };
}

/**
 * A finding that is shown as a part of another one is not shown again by itself, nor is what nobody's rule sees in the same place,
 * or in what is that part encoded and nothing else.
 */
function withoutParts(found: readonly Located[]): readonly Located[] {
  const parts = found.flatMap(({ candidate }) => candidate.parts);
  const ids = new Map<Layer, Map<number, Set<string>>>();
  for (const { rule, layer, start, end } of parts) {
    for (const sight of sightsOf(layer, start, end)) {
      const starts = ids.get(sight.layer) ?? new Map<number, Set<string>>();
      ids.set(sight.layer, starts.set(sight.start, (starts.get(sight.start) ?? new Set()).add(rule.id)));
    }
  }
  return found.filter(({ candidate: { rule, start }, layer }) => {
    const shown = ids.get(layer)?.get(start);
    return shown === undefined || (rule.family !== genericFamily && !shown.has(rule.id));
  });
}

/** Where a stretch of a layer is to be seen: there, and in the layers above as far as nothing else was decoded with it. */
function* sightsOf(
  layer: Layer,
  start: number,
  end: number,
): Generator<{ readonly layer: Layer; readonly start: number }> {
  yield { layer, start };
  const goesOn = layer.isNew(start - 1, start) || (end < layer.text.length && layer.isNew(end, end + 1));
  if (layer.above === null || (goesOn && layer.isNew(start, end))) return;
  yield* sightsOf(layer.above.layer, ...layer.above.rangeOf(start, end));
}

function toMatch({ candidate, confidence, layer }: Located, path: string, fingerprint: Fingerprinter): Match {
  const { rule } = candidate;
  const secret = secretOf(candidate);
  const parts = candidate.parts.map((part) => ({
    name: part.rule.title,
    mask: secretOf(part).mask,
    span: part.layer.spanOf(part.start, part.end),
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
