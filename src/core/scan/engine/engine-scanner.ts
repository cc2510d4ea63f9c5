import { byteTextOf, toByteText } from "../byte-text.ts";
import type { Candidate } from "../candidate.ts";
import { allDecoders } from "../decode/all-decoders.ts";
import { defaultDecodeLimits, type Decoder } from "../decode/decoder.ts";
import { layersOf } from "../decode/layer.ts";
import type { Detector } from "../detector.ts";
import { allEvidence } from "../evidence/all-evidence.ts";
import { findCandidates, type Haystack } from "../find-candidates.ts";
import type { Lessons } from "../generic/lessons.ts";
import type { Sought, Spotted } from "../generic/spotted.ts";
import { judgeLayers, type LayerSearch } from "../judge-layers.ts";
import { type NameTables, nameTables } from "../provider-named/may-be-named.ts";
import { opaqueSought } from "../provider-named/opaque-values.ts";
import { parseRe2 } from "../re2/parse.ts";
import { type ReadyRule, readySet } from "../ready-rule.ts";
import { judge } from "../confidence.ts";
import { detection } from "../reference-scanner.ts";
import { needsPart, type Rule, type RuleSet } from "../rules/rule.ts";
import type { Fingerprinter, Scanner } from "../scanner.ts";
import type { SourceText } from "../source-text.ts";
import { anchoredMatcher, type AnchoredMatcher, compileForEngine, type CompiledRule } from "./compiled-rules.ts";
import { automatonOf } from "./automaton.ts";
import { createDictionary, type Dictionary, type Gate, type Seeker } from "./dictionary.ts";
import { folded } from "./folded.ts";
import { couldRise, holdsKeyword, spansManyLines } from "./reach.ts";
import { hasRow, type NeededRows } from "./needed-rows.ts";
import { nearRunOf } from "./required-run.ts";
import type { Glance, Spotter } from "./spotter.ts";

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
  /** Where the bytes of a text can be put that `unlessBare` is asked of: there it needs no copy. */
  readonly roomFor: Spotter["roomFor"];
  /**
   * Nothing, if one look proves that a text has nothing; else the text that is to be scanned, kept by `keep` if it lies in that room, of which the next look
   * takes possession. If it is scanned next, what was seen is known.
   */
  readonly unlessBare: (source: SourceText, keep: (bytes: Uint8Array) => Uint8Array) => SourceText | null;
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
export type EngineProgram = {
  readonly rules: readonly CompiledRule[];
  readonly dictionary: Dictionary;
  /** Of the names of providers, which are the same in every program. */
  readonly names: NameTables;
};

/** Compiles rules, some of which may be compiled already, and puts what they and the detectors seek into one dictionary. */
export function compileProgram(
  ruleSet: RuleSet,
  detectors: readonly Detector[],
  known: readonly CompiledRule[] = [],
): EngineProgram {
  const compiled = new Map(known.map((one) => [one.id, one]));
  const rules = ruleSet.rules.map((rule) => compiled.get(rule.id) ?? compileForEngine(rule));
  const dictionary = createDictionary(seekersOf(ruleSet, rules, detectors));
  return { rules: rules.map((rule) => within(rule, dictionary)), dictionary, names: nameTables() };
}

/** A rule whose automaton is a part of the tables, so that it is there once. */
function within(rule: CompiledRule, { keys, tables, layout }: Dictionary): CompiledRule {
  const at = layout.automata[keys.indexOf(ruleKey(rule.id))] ?? 0;
  if (rule.gate === null || at === 0) return rule;
  const { bytes, start } = rule.gate.automaton;
  return { ...rule, gate: { ...rule.gate, automaton: { bytes: tables.subarray(at, at + bytes.length), start } } };
}

/** Everything that is sought in a text, each once. */
export function seekersOf(
  { rules }: RuleSet,
  compiled: readonly CompiledRule[],
  detectors: readonly Detector[],
): readonly Seeker[] {
  const ofRules = rules.flatMap((rule, at): readonly Seeker[] => {
    const one = compiled[at];
    if (one === undefined) return [];
    if (one.anchors === null)
      return keywordsOf(rule).map((word) => ({ key: keywordKey(word), words: [word], gate: null }));
    const { kind, words } = one.anchors;
    const anchor: Seeker = { key: ruleKey(rule.id), words: kind === "dotted" ? kind : words, gate: one.gate };
    // A piece of a text may end where the gate would open.
    return spansManyLines(rule) ? [anchor, { ...anchor, key: beginningKey(rule.id), gate: null }] : [anchor];
  });
  const ofDetectors = detectors.flatMap(({ spotted }) => spotted?.sought ?? []).filter(({ words }) => words.length > 0);
  const all = [...ofRules, ...ofDetectors.map(seekerOf)];
  return [...new Map(all.map((seeker) => [seeker.key, seeker])).values()];
}

const ruleKey = (id: string): string => `rule ${id}`;
const beginningKey = (id: string): string => `beginning ${id}`;
const keywordKey = (word: string): string => `keyword ${word}`;
const soughtKey = ({ key }: Sought): string => `sought ${key}`;

function seekerOf(sought: Sought): Seeker {
  const { words, gate } = sought;
  return { key: soughtKey(sought), words: words.map(folded), gate: gate?.kind === "regex" ? gateOf(gate.re2) : gate };
}

/** A regex that begins where its word does. */
function gateOf(re2: string): Gate | null {
  const { node } = parseRe2(re2);
  const automaton = automatonOf(node);
  return automaton && { kind: "automaton", automaton, least: 0, most: 0, run: nearRunOf(node, 0) };
}

/** What a text must show so that a rule is looked for in it. */
type Plan = {
  readonly ready: ReadyRule;
  /** Its place among the rules. */
  readonly order: number;
  /** Numbers of seekers: of its anchors, or of its keywords if it has no anchors. None: it is looked for in every text. */
  readonly seekers: readonly number[];
  readonly isDotted: boolean;
  /** `null`: the rule has no anchors. */
  readonly matches: AnchoredMatcher | null;
  /** What every match holds, if that is known. */
  readonly needed: NeededRows | null;
  /** Seekers of the beginnings of what may be many lines long. */
  readonly beginnings: () => readonly number[];
};

/** Shorter keywords stand in every text. */
const shortestKeyword = 2;

/** The keywords of a rule, if each of them says something. */
function keywordsOf({ keywords }: Rule): readonly string[] {
  return keywords.some((keyword) => keyword.length < shortestKeyword) ? [] : keywords.map(folded);
}

/**
 * Gives the same matches as the reference scanner, from the same functions: they are only not asked where a quick look at the text has proved
 * that they find nothing, and told where to look where they can be told.
 */
export function createEngineScanner(options: EngineScannerOptions): EngineScanner {
  const { ruleSet, detectors, fingerprint, program, spotter } = options;
  const set = readySet(ruleSet);
  const numbers = new Map(program.dictionary.keys.map((key, number) => [key, number]));
  const plans = plansOf(program, set.rules, numbers);
  const sought = new Map(
    detectors.flatMap(({ spotted }) => spotted?.sought ?? []).map((one) => [one, numbers.get(soughtKey(one)) ?? -1]),
  );
  const planOf = new Map(plans.map((plan) => [plan.ready, plan]));
  const dueIn = duePlans(plans);
  // Their keywords may stand in another layer than what they find.
  const pairs = plans.filter((plan) => plan.matches === null && !isAlwaysDue(plan) && needsPart(plan.ready.rule));
  const detected = detection(detectors, ruleSet);
  const isKnown = ({ path, bytes }: SourceText): boolean => {
    const start = byteTextOf(bytes.subarray(0, startLength));
    return detectors.some(({ spotted }) => spotted?.isElsewhere?.(toByteText(path), start) === true);
  };
  const isBlind = detectors.some(({ spotted }) => spotted === undefined) || plans.some(isAlwaysDue);
  const hasNothing = (source: SourceText, first: Glance): boolean =>
    !isBlind && isBare(first) && !mayBeWide(source.bytes) && !isKnown(source);
  let looked: { readonly bytes: Uint8Array; readonly glance: Glance } | null = null;
  let far: FarSeekers | undefined;
  const aboutFiles = set.rules.flatMap(({ matcher, path }) => (matcher === null ? (path ?? []) : []));

  return {
    suspect: (source, leastScore, known) => {
      const first = spotter.glance(source.bytes);
      const hasFile = aboutFiles.some((path) => path.isIn(toByteText(source.path)));
      if (mayBeWide(source.bytes) || isKnown(source) || hasFile) return suspicious;
      if (!isBlind && isBare(first)) return unsuspicious;
      const { root, glanceAt, decoders } = lookInto(source, first, options);
      const { layers, embedded, gaps } = layersOf(source, decoders, defaultDecodeLimits, () => root);
      if (embedded.length > 0 || gaps.length > 0) return suspicious;
      far ??= farSeekersOf(plans);
      const { keywords, beginnings } = far;
      const inLayers = layers.map((layer) => sightOf(glanceAt(layer.text), sought, spotter.lessons));
      const seen = new Set([...known, ...inLayers.flatMap(({ seekers }) => seekers)]);
      const ofPairs = layers.length < 2 ? [] : pairs.flatMap(({ seekers }) => seekers.filter((one) => seen.has(one)));
      const elsewhere = new Set([...known, ...ofPairs]);
      const sights = inLayers.map((sight) => withKnown(sight, elsewhere));
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
        mayGoOn: mayFind || beginnings.some((seeker) => seen.has(seeker)),
        keywords: keywords.filter((seeker) => seen.has(seeker) && !known.has(seeker)),
      };
    },
    roomFor: spotter.roomFor,
    unlessBare: (source, keep) => {
      const glance = spotter.glance(source.bytes);
      if (hasNothing(source, glance)) return null;
      const bytes = keep(source.bytes);
      looked = { bytes, glance };
      return { ...source, bytes };
    },
    scan: (source) => {
      const first = looked?.bytes === source.bytes ? looked.glance : spotter.glance(source.bytes);
      looked = null;
      if (hasNothing(source, first)) return { matches: [], gaps: [], embedded: [] };
      const { root, glanceAt, decoders } = lookInto(source, first, options);
      return judgeLayers(
        source,
        layersOf(source, decoders, defaultDecodeLimits, () => root),
        {
          fingerprint,
          evidence: allEvidence,
          set,
          searches: (haystacks) => {
            const views = haystacks.map(({ text }) => {
              const sight = sightOf(glanceAt(text), sought, spotter.lessons);
              return { sight, hasKeyword: keywordTest(text), holds: (plan: Plan) => isMet(plan, sight, text) };
            });
            // One part of a credential may be encoded and the other not.
            const inFile = views.length < 2 ? [] : pairs.filter((plan) => views.some(({ holds }) => holds(plan)));
            return views.map((view, at): LayerSearch => {
              const { sight, holds } = view;
              const haystack = haystacks[at] ?? { path: "", text: "", via: [] };
              const applies = ({ rule }: ReadyRule): boolean =>
                (needsPart(rule) ? views : [view]).some((one) => one.hasKeyword(rule.keywords));
              // A rule without anchors takes long; of the others the keywords are asked for when there is something to report.
              const due = dueIn(sight).filter(
                (plan) => plan.matches !== null || (isAlwaysDue(plan) ? applies(plan.ready) : holds(plan)),
              );
              const rules = inOrder([...due, ...inFile]).map(({ ready }) => ready);
              return {
                rules,
                find: (ready) => findBySight(planOf.get(ready), ready, sight, haystack),
                applies,
                detected: () => detected(haystack, (detector) => detectBySight(detector, sight, haystack)),
              };
            });
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
  const glances = new Map<string, Glance>();
  const glanceAt = (text: string): Glance => {
    if (text === root) return first;
    const known = glances.get(text) ?? spotter.glanceAt(text);
    glances.set(text, known);
    return known;
  };
  // What is not UTF-16 is looked at as it is.
  const decoders = first.encodings === 0 && !mayBeWide(bytes) ? [] : glancing(glanceAt);
  return { root, glanceAt, decoders };
}

const glancing = (glanceAt: View["glanceAt"]): readonly Decoder[] =>
  allDecoders.map((decoder, at) => ({
    name: decoder.name,
    find: (text) => ((glanceAt(text).encodings & (1 << at)) === 0 ? [] : decoder.find(text)),
  }));

const suspicious: Suspicion = { mayFind: true, mayGoOn: true, keywords: [] };
const unsuspicious: Suspicion = { mayFind: false, mayGoOn: false, keywords: [] };

/** Seekers of which a piece of a text does not tell enough: keywords that are not part of what is found, and beginnings of what is many lines long. */
type FarSeekers = { readonly keywords: readonly number[]; readonly beginnings: readonly number[] };

function farSeekersOf(plans: readonly Plan[]): FarSeekers {
  const apart = plans.filter(({ matches, ready }) => matches === null && !holdsKeyword(ready.rule));
  const beginnings = plans.flatMap((plan) => plan.beginnings());
  return { keywords: [...new Set(apart.flatMap(({ seekers }) => seekers))], beginnings: [...new Set(beginnings)] };
}

/** A glance, by seekers. */
type Sight = {
  readonly seekers: readonly number[];
  readonly placesOf: (seeker: number) => readonly number[];
  readonly spotted: Spotted;
  readonly glance: Glance;
};

/** As much of a file as detectors ask for when nothing was seen in it. */
const startLength = 16;

const nowhere: readonly number[] = [];

/** The same, where some keywords are known to stand elsewhere. */
const withKnown = (sight: Sight, known: ReadonlySet<number>): Sight =>
  known.size === 0 ? sight : { ...sight, seekers: [...sight.seekers, ...known] };

/** `numbers`: the seeker of everything that detectors ask for. */
function sightOf(glance: Glance, numbers: ReadonlyMap<Sought, number>, lessons: Lessons): Sight {
  const bySeeker = new Map<number, number[]>();
  for (const hits of [glance.hits, glance.dotted ?? noHits]) {
    for (let at = 0; at < hits.length; at += 2) {
      const [place = 0, seeker = 0] = [hits[at], hits[at + 1]];
      const known = bySeeker.get(seeker);
      if (known === undefined) bySeeker.set(seeker, [place]);
      else known.push(place);
    }
  }
  const ordered = new Set<number>();
  const placesOf = (seeker: number): readonly number[] => {
    const places = bySeeker.get(seeker);
    if (places === undefined) return nowhere;
    if (!ordered.has(seeker)) {
      // One place may be met by several words.
      const unique = [...new Set(places)].sort((a, b) => a - b);
      bySeeker.set(seeker, unique);
      ordered.add(seeker);
      return unique;
    }
    return places;
  };
  const placesFor = (sought: Sought): readonly number[] =>
    sought === opaqueSought ? (glance.opaque ?? nowhere) : placesOf(numbers.get(sought) ?? -1);
  const spotted: Spotted = Object.assign(placesFor, { lessons });
  return { seekers: [...bySeeker.keys()], placesOf, spotted, glance };
}

const noHits = new Uint32Array(0);

function plansOf(
  program: EngineProgram,
  rules: readonly ReadyRule[],
  numbers: ReadonlyMap<string, number>,
): readonly Plan[] {
  const compiled = new Map(program.rules.map((one) => [one.id, one]));
  const numberOf = (key: string): number => {
    const number = numbers.get(key);
    if (number === undefined) throw new Error("the program was not compiled from these rules and detectors");
    return number;
  };
  return rules.map((ready, order): Plan => {
    const one = compiled.get(ready.rule.id) ?? compileForEngine(ready.rule);
    const keywords = one.anchors === null ? keywordsOf(ready.rule).map(keywordKey).map(numberOf) : null;
    const beginning = numbers.get(beginningKey(one.id));
    return {
      ready,
      order,
      seekers: keywords ?? [numberOf(ruleKey(one.id))],
      beginnings: () => {
        if (beginning !== undefined) return [beginning];
        return keywords !== null && spansManyLines(ready.rule) ? keywords : [];
      },
      isDotted: one.anchors?.kind === "dotted",
      needed: one.needed,
      matches: one.anchors === null ? null : anchoredMatcher(one.anchors, one.needed, ready),
    };
  });
}

/** Gives the plans of which a text shows what they need, in their order. */
function duePlans(plans: readonly Plan[]): (sight: Sight) => readonly Plan[] {
  const bySeeker = new Map<number, Plan[]>();
  const always = plans.filter(isAlwaysDue);
  const dotted = plans.filter(({ isDotted }) => isDotted);
  for (const plan of plans) {
    for (const seeker of plan.seekers) bySeeker.set(seeker, [...(bySeeker.get(seeker) ?? []), plan]);
  }
  return ({ seekers, glance }) => {
    const due = new Set(glance.dotted === null ? [...always, ...dotted] : always);
    for (const seeker of seekers) for (const plan of bySeeker.get(seeker) ?? []) due.add(plan);
    return inOrder([...due]);
  };
}

/** Plans, each once, in their order. */
const inOrder = (plans: readonly Plan[]): readonly Plan[] => [...new Set(plans)].sort((a, b) => a.order - b.order);

/** Whether a rule is looked for in every text. */
const isAlwaysDue = ({ seekers }: Plan): boolean => seekers.length === 0;

/** Everything a rule finds, whether its keywords are there or not. */
function findBySight(plan: Plan | undefined, ready: ReadyRule, sight: Sight, haystack: Haystack): readonly Candidate[] {
  if (plan === undefined) return findCandidates(ready, haystack);
  const { isDotted, seekers, matches, needed } = plan;
  if (matches === null || (isDotted && sight.glance.dotted === null))
    return needed === null || hasRow(needed, haystack.text) ? findCandidates(ready, haystack) : [];
  const places = sight.placesOf(seekers[0] ?? -1);
  return places.length === 0 ? [] : findCandidates(ready, haystack, (text) => matches(text, places));
}

/** What a detector finds: told where to look, if it can be. */
function detectBySight(detector: Detector, sight: Sight, haystack: Haystack): readonly Candidate[] {
  const { glance, spotted } = sight;
  const tooMany = glance.opaque === null && detector.spotted?.sought.includes(opaqueSought) === true;
  if (detector.spotted === undefined || tooMany) return detector.find(haystack);
  const { sought, isElsewhere, find } = detector.spotted;
  const isSpotted = sought.some((one) => spotted(one).length > 0);
  return isSpotted || isElsewhere?.(haystack.path, haystack.text.slice(0, startLength)) === true
    ? find(haystack, spotted)
    : [];
}

const isBare = ({ hits, encodings, dotted, opaque }: Glance): boolean =>
  hits.length + encodings === 0 && dotted?.length === 0 && opaque?.length === 0;

/** Whether some bytes could be UTF-16, which is read as such before anything is looked for. */
function mayBeWide(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  return first === 0 || second === 0 || (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Gives whether one of some keywords is in a text. */
function keywordTest(text: string): (keywords: readonly string[]) => boolean {
  // In a byte string nothing but capitals of ASCII becomes a letter of ASCII: for keywords of these the quick way does.
  let quick: string | undefined;
  let exact: string | undefined;
  const holds = (keyword: string): boolean =>
    (/^[\0-\x7f]*$/.test(keyword) ? (quick ??= text.toLowerCase()) : (exact ??= inSmall(text))).includes(keyword);
  return (keywords) => keywords.length === 0 || keywords.some(holds);
}

/** Only capitals of ASCII count as their small letters. */
const inSmall = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());

/** Whether one of the keywords of a rule without anchors stands where it was seen: bytes that fold alike are not all the same letter. */
function isMet({ ready, seekers }: Plan, { placesOf }: Sight, text: string): boolean {
  return ready.rule.keywords.some((keyword, at) =>
    placesOf(seekers[at] ?? -1).some((place) => inSmall(text.slice(place, place + keyword.length)) === keyword),
  );
}
