import { byteTextOf, toByteText } from "../byte-text.ts";
import type { Candidate } from "../candidate.ts";
import { allDecoders } from "../decode/all-decoders.ts";
import { defaultDecodeLimits, type Decoder } from "../decode/decoder.ts";
import { layersOf } from "../decode/layer.ts";
import type { Detector } from "../detector.ts";
import { allEvidence } from "../evidence/all-evidence.ts";
import { findCandidates, type Haystack } from "../find-candidates.ts";
import type { Spotted } from "../generic/spotted.ts";
import { candidatesOfRules, judgeLayers } from "../judge-layers.ts";
import { opaqueWord } from "../provider-named/opaque-values.ts";
import { type ReadyRule, readySet } from "../ready-rule.ts";
import { judge } from "../confidence.ts";
import { detection } from "../reference-scanner.ts";
import type { Rule, RuleSet } from "../rules/rule.ts";
import type { Fingerprinter, Scanner } from "../scanner.ts";
import type { SourceText } from "../source-text.ts";
import { anchoredMatcher, type AnchoredMatcher, compileForEngine, type CompiledRule } from "./compiled-rules.ts";
import { createDictionary, type Dictionary } from "./dictionary.ts";
import { folded } from "./folded.ts";
import { couldRise, holdsKeyword, spansManyLines } from "./reach.ts";
import type { Glance, Spotter } from "./spotter.ts";
import { rateOf } from "./word-cost.ts";

export type EngineScannerOptions = {
  readonly ruleSet: RuleSet;
  readonly detectors: readonly Detector[];
  readonly fingerprint: Fingerprinter;
  readonly program: EngineProgram;
  /** Of the program's dictionary. */
  readonly spotter: Spotter;
  /** The byte string of some bytes. */
  readonly textOf: (bytes: Uint8Array) => string;
};

/** A scanner of which one can also ask less. */
export type EngineScanner = Scanner & {
  /**
   * Looks whether a text, or one of which these are pieces (`pieces.ts`), could have a finding of this score or more, at that path. `known`: keywords that stand
   * elsewhere in it.
   */
  readonly suspect: (source: SourceText, leastScore: number, known: ReadonlySet<number>) => Suspicion;
};

export type Suspicion = {
  /** False is a proof that there is nothing: of a piece, that nothing stands in the lines that are whole in it. */
  readonly mayFind: boolean;
  /** Something begins here that may be long: what a larger text has of it, this one does not show. */
  readonly mayGoOn: boolean;
  /** Keywords that are here and may be about something far away. Known ones are not told again. */
  readonly keywords: readonly number[];
};

/** A rule set, compiled. */
export type EngineProgram = { readonly rules: readonly CompiledRule[]; readonly dictionary: Dictionary };

/** Compiles rules, some of which may be compiled already, and puts the words of rules and detectors into one dictionary. */
export function compileProgram(
  ruleSet: RuleSet,
  detectors: readonly Detector[],
  known: readonly CompiledRule[] = [],
): EngineProgram {
  const compiled = new Map(known.map((one) => [one.id, one]));
  const rules = ruleSet.rules.map((rule) => compiled.get(rule.id) ?? compileForEngine(rule));
  const ofRules = ruleSet.rules.flatMap((rule, at) => {
    const one = rules[at];
    return one === undefined ? [] : [...(one.anchors?.words ?? []), ...keywordsToSpot(one, rule)];
  });
  return { rules, dictionary: createDictionary([...ofRules, ...wordsOfDetectors(detectors)]) };
}

/** What a text must show so that a rule is looked for in it. */
type Plan = {
  readonly ready: ReadyRule;
  /** Its place among the rules. */
  readonly order: number;
  readonly words: readonly number[];
  readonly isDotted: boolean;
  /** `null`: the rule has no anchors. */
  readonly matches: AnchoredMatcher | null;
  /** One of them stands in a text from which the rule is reported; none: they are not looked for. */
  readonly keywords: readonly number[];
};

/** Shorter keywords stand in every text. */
const shortestKeyword = 2;

/** The keywords that are looked for: those that say more than the rule's anchors do, if each of them says something. */
function keywordsToSpot({ anchors }: CompiledRule, { keywords }: Rule): readonly string[] {
  if (keywords.some((keyword) => keyword.length < shortestKeyword)) return [];
  const words = keywords.map(folded);
  const rate = (all: readonly string[]): number => all.reduce((sum, word) => sum + rateOf(word), 0);
  return anchors !== null && (anchors.kind === "dotted" || rate(anchors.words) <= rate(words)) ? [] : words;
}

/** The words that a dictionary needs so that detectors can find. */
function wordsOfDetectors(detectors: readonly Detector[]): readonly string[] {
  return detectors
    .flatMap(({ spotted }) => spotted?.words ?? [])
    .filter((word) => word !== opaqueWord)
    .map(folded);
}

/**
 * Gives the same matches as the reference scanner, from the same functions: they are only not asked where a quick look at the text has proved
 * that they find nothing, and told where to look where they can be told.
 */
export function createEngineScanner(options: EngineScannerOptions): EngineScanner {
  const { ruleSet, detectors, fingerprint, program, spotter } = options;
  const set = readySet(ruleSet);
  const numbers = new Map(program.dictionary.words.map((word, number) => [word, number]));
  const plans = plansOf(program, set.rules, numbers);
  const planOf = new Map(plans.map((plan) => [plan.ready, plan]));
  const dueIn = duePlans(plans);
  const detected = detection(detectors, ruleSet);
  const isKnown = ({ path, bytes }: SourceText): boolean => {
    const start = byteTextOf(bytes.subarray(0, startLength));
    return detectors.some(({ spotted }) => spotted?.isElsewhere?.(toByteText(path), start) === true);
  };
  const isBlind = detectors.some(({ spotted }) => spotted === undefined) || plans.some(isAlwaysDue);
  let far: FarWords | undefined;
  const aboutFiles = set.rules.flatMap(({ matches, path }) => (matches === null ? (path ?? []) : []));

  return {
    suspect: (source, leastScore, known) => {
      const first = spotter.glance(source.bytes);
      const hasFile = aboutFiles.some((path) => path.test(toByteText(source.path)));
      if (mayBeWide(source.bytes) || isKnown(source) || hasFile) return suspicious;
      if (!isBlind && isBare(first)) return unsuspicious;
      const { root, glanceAt, decoders } = lookInto(source, first, options);
      const { layers, embedded, gaps } = layersOf(source, decoders, defaultDecodeLimits, () => root);
      if (embedded.length > 0 || gaps.length > 0) return suspicious;
      far ??= farWordsOf(plans);
      const { keywords, beginnings } = far;
      const sights = layers.map((layer) => withKnown(sightOf(glanceAt(layer.text), numbers), known));
      const words = new Set(sights.flatMap((sight) => [...sight.words]));
      const isEnough = (candidate: Candidate): boolean =>
        judge(candidate, allEvidence).score + couldRise(candidate) >= leastScore;
      const mayFind = layers.some(({ text, via, isNew }, at) => {
        const sight = sights[at];
        if (sight === undefined) return false;
        const haystack = { path: toByteText(source.path), text, via };
        const byRules = dueIn(sight).some(
          (plan) =>
            !plan.ready.rule.skipReport &&
            findBySight(plan, plan.ready, sight, haystack).some(
              (found) => isNew(found.matchStart - 1, found.matchEnd + 1) && isEnough(found),
            ),
        );
        return byRules || detected(haystack, (one) => detectBySight(one, sight, haystack)).some(isEnough);
      });
      return {
        mayFind,
        mayGoOn: mayFind || beginnings.some((word) => words.has(word)),
        keywords: keywords.filter((word) => words.has(word) && !known.has(word)),
      };
    },
    scan: (source) => {
      const first = spotter.glance(source.bytes);
      if (!isBlind && isBare(first) && !mayBeWide(source.bytes) && !isKnown(source))
        return { matches: [], gaps: [], embedded: [] };
      const { root, glanceAt, decoders } = lookInto(source, first, options);
      return judgeLayers(
        source,
        layersOf(source, decoders, defaultDecodeLimits, () => root),
        {
          fingerprint,
          evidence: allEvidence,
          find: (layer, haystack) => {
            const sight = sightOf(glanceAt(layer.text), numbers);
            const hasKeyword = keywordTest(haystack.text);
            const applies = ({ rule }: ReadyRule): boolean => hasKeyword(rule.keywords);
            // A rule without anchors takes long; of the others the keywords are asked for when there is something to report.
            const due = dueIn(sight).filter((plan) => plan.matches !== null || applies(plan.ready));
            const find = (ready: ReadyRule): readonly Candidate[] =>
              findBySight(planOf.get(ready), ready, sight, haystack);
            const rules = due.map(({ ready }) => ready);
            return [
              ...candidatesOfRules({ layer, rules, set, find, applies }),
              ...detected(haystack, (detector) => detectBySight(detector, sight, haystack)),
            ];
          },
        },
      );
    },
  };
}

/** A text, what is seen in it and in what is decoded from it, and the decoders, which are asked only where something may be encoded. */
type View = {
  readonly root: string;
  readonly glanceAt: (text: string) => Glance;
  readonly decoders: readonly Decoder[];
};

function lookInto({ bytes }: SourceText, first: Glance, { spotter, textOf }: EngineScannerOptions): View {
  const root = textOf(bytes);
  const glances = new Map([[root, first]]);
  const glanceAt = (text: string): Glance => {
    const known = glances.get(text) ?? spotter.glanceAt(text);
    glances.set(text, known);
    return known;
  };
  const decoders = allDecoders.map((decoder, at): Decoder => ({
    name: decoder.name,
    find: (text) => ((glanceAt(text).encodings & (1 << at)) === 0 ? [] : decoder.find(text)),
  }));
  return { root, glanceAt, decoders };
}

const suspicious: Suspicion = { mayFind: true, mayGoOn: true, keywords: [] };
const unsuspicious: Suspicion = { mayFind: false, mayGoOn: false, keywords: [] };

/** Words of rules of which a piece of a text does not tell enough: keywords that are not part of what is found, and words of what is many lines long. */
type FarWords = { readonly keywords: readonly number[]; readonly beginnings: readonly number[] };

function farWordsOf(plans: readonly Plan[]): FarWords {
  const apart = plans.filter(({ ready }) => !holdsKeyword(ready.rule)).flatMap(({ keywords }) => keywords);
  const long = plans.filter(({ ready }) => spansManyLines(ready.rule));
  const beginnings = long.flatMap(({ matches, words, keywords }) => (matches === null ? keywords : words));
  return { keywords: [...new Set(apart)], beginnings: [...new Set(beginnings)] };
}

/** A glance, by words. */
type Sight = {
  readonly words: readonly number[];
  /** Whether one of some words stands there; true of none. */
  readonly hasOne: (words: readonly number[]) => boolean;
  readonly placesOf: (word: number) => readonly number[];
  readonly spotted: Spotted;
  readonly glance: Glance;
};

/** As much of a file as detectors ask for when nothing was seen in it. */
const startLength = 16;

const foldedWords = new Map<string, string>();

/** Detectors ask for the same few words in every text. */
function foldedOnce(word: string): string {
  const known = foldedWords.get(word) ?? folded(word);
  foldedWords.set(word, known);
  return known;
}

const nowhere: readonly number[] = [];

/** The same, where some words are known to stand elsewhere. */
function withKnown(sight: Sight, known: ReadonlySet<number>): Sight {
  if (known.size === 0) return sight;
  const hasOne: Sight["hasOne"] = (words) => sight.hasOne(words) || words.some((word) => known.has(word));
  return { ...sight, words: [...sight.words, ...known], hasOne };
}

function sightOf(glance: Glance, numbers: ReadonlyMap<string, number>): Sight {
  const byWord = new Map<number, number[]>();
  const { hits } = glance;
  for (let at = 0; at < hits.length; at += 2) {
    const [place = 0, word = 0] = [hits[at], hits[at + 1]];
    const known = byWord.get(word);
    if (known === undefined) byWord.set(word, [place]);
    else known.push(place);
  }
  const placesOf = (word: number): readonly number[] => byWord.get(word) ?? nowhere;
  const spotted: Spotted = (word) =>
    word === opaqueWord ? (glance.opaque ?? nowhere) : placesOf(numbers.get(foldedOnce(word)) ?? -1);
  const hasOne = (words: readonly number[]): boolean => words.length === 0 || words.some((word) => byWord.has(word));
  return { words: [...byWord.keys()], hasOne, placesOf, spotted, glance };
}

function plansOf(
  program: EngineProgram,
  rules: readonly ReadyRule[],
  numbers: ReadonlyMap<string, number>,
): readonly Plan[] {
  const compiled = new Map(program.rules.map((one) => [one.id, one]));
  const numberOf = (word: string): number => {
    const number = numbers.get(word);
    if (number === undefined) throw new Error("the program was not compiled from these rules and detectors");
    return number;
  };
  return rules.map((ready, order): Plan => {
    const one = compiled.get(ready.rule.id) ?? compileForEngine(ready.rule);
    return {
      ready,
      order,
      words: (one.anchors?.words ?? []).map(numberOf),
      isDotted: one.anchors?.kind === "dotted",
      matches: one.anchors === null ? null : anchoredMatcher(one, one.anchors, ready),
      keywords: keywordsToSpot(one, ready.rule).map(numberOf),
    };
  });
}

/** Gives the plans of which a text shows what they need, in their order. */
function duePlans(plans: readonly Plan[]): (sight: Sight) => readonly Plan[] {
  const byWord = new Map<number, Plan[]>();
  const always: Plan[] = [];
  for (const plan of plans) {
    const words = plan.matches === null ? plan.keywords : plan.words;
    if (words.length === 0) always.push(plan);
    for (const word of words) byWord.set(word, [...(byWord.get(word) ?? []), plan]);
  }
  return (sight) => {
    const due = new Set(always.filter(({ isDotted }) => !isDotted || sight.glance.dotted?.length !== 0));
    for (const word of sight.words) {
      for (const plan of byWord.get(word) ?? []) if (sight.hasOne(plan.keywords)) due.add(plan);
    }
    return [...due].sort((a, b) => a.order - b.order);
  };
}

/** Whether a rule is looked for in every text. */
const isAlwaysDue = ({ matches, keywords }: Plan): boolean => matches === null && keywords.length === 0;

/** Everything a rule finds, whether its keywords are there or not. */
function findBySight(plan: Plan | undefined, ready: ReadyRule, sight: Sight, haystack: Haystack): readonly Candidate[] {
  if (plan === undefined || plan.matches === null) return findCandidates(ready, haystack);
  const { isDotted, words, matches } = plan;
  const places = isDotted ? sight.glance.dotted : inOrder(words.map(sight.placesOf));
  if (places === null) return findCandidates(ready, haystack);
  return places.length === 0 ? [] : findCandidates(ready, haystack, (text) => matches(text, places));
}

function inOrder(lists: readonly (readonly number[])[]): readonly number[] {
  const filled = lists.filter((places) => places.length > 0);
  const [first = nowhere] = filled;
  return filled.length < 2 ? first : filled.flat().sort((a, b) => a - b);
}

function detectBySight(detector: Detector, sight: Sight, haystack: Haystack): readonly Candidate[] {
  const { spotted } = detector;
  if (spotted === undefined || (spotted.words.includes(opaqueWord) && sight.glance.opaque === null))
    return detector.find(haystack);
  return spotted.find(haystack, sight.spotted);
}

/** Whether nothing at all was seen. */
const isBare = ({ hits, encodings, dotted, opaque }: Glance): boolean =>
  hits.length === 0 && encodings === 0 && dotted?.length === 0 && opaque?.length === 0;

/** Whether some bytes could be UTF-16, which is read as such before anything is looked for. */
function mayBeWide(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  return first === 0 || second === 0 || (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Gives whether one of some keywords is in a text. Only capitals of ASCII count as their small letters. */
function keywordTest(text: string): (keywords: readonly string[]) => boolean {
  let small: string | undefined;
  return (keywords) => {
    if (keywords.length === 0) return true;
    const inSmall = (small ??= text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase()));
    return keywords.some((keyword) => inSmall.includes(keyword));
  };
}
