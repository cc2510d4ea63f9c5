import { beginningsOf, beginningsSize, left, type Automaton } from "./automaton.ts";
import { foldByte } from "./folded.ts";
import type { RequiredRun } from "./required-run.ts";
import { gramRateOf } from "./word-cost.ts";

/** Something to look for: one of some words, and what must hold where it stands. */
export type Seeker = {
  /** No two have the same. */
  readonly key: string;
  /**
   * Each of two bytes or more. A byte that has bit 5 (small letters, digits, most signs) is met by both bytes that fold to it; one that has not
   * (capitals, `_`) by itself alone. Or else a dot before a long run (`dottedRun`).
   */
  readonly words: readonly string[] | "dotted";
  readonly gate: Gate | null;
};

export type Gate =
  /**
   * The automaton accepts from one of the places that stand so many bytes before the word; and, if a run is told, one as long begins no
   * earlier than the first of these and ends no later than so many bytes behind the word's beginning, both in blocks of 64 bytes.
   */
  | {
      readonly kind: "automaton";
      readonly automaton: Automaton;
      readonly least: number;
      readonly most: number;
      readonly run: RequiredRun | null;
    }
  /** A name stands there to which something may be given (`mayBeGiven`). */
  | { readonly kind: "name" };

/** Seekers by their numbers, and the tables with which a kernel looks for all of them at once. */
export type Dictionary = {
  readonly keys: readonly string[];
  /**
   * Two parts, for what is sought everywhere and for what is sought near long runs only. In each, for each three bytes, five bits of each, a byte that is 4 if a
   * word may have them, or 0; one bit for each hash of three folded bytes that are enough, as a word has no more; one for each hash of four folded
   * bytes; then, for each beginning (`headBits`) of a hash of three, the number of its first entry (16 bits, 0: none). Then the entries, the probes, the words and the automata (each
   * behind its `beginningsOf`), which are described where they are filled.
   */
  readonly tables: Uint8Array;
  readonly layout: Layout;
};

/** Offsets into the tables. `automata` has that of each seeker's automaton, 0 where it has none; `dotted` is the first probe of dots, or -1. */
export type Layout = {
  readonly entries: number;
  readonly probes: number;
  readonly dotted: number;
  readonly automata: readonly number[];
};

export const hashBits = 16;
const hashes = 1 << hashBits;
const bitmap = hashes / 8;
const firstTable = 1 << 15;
const headBits = 14;
const headsOfPart = firstTable + 2 * bitmap;
const partSize = headsOfPart + 2 * (1 << headBits);
/** In the first table: by so much the kernel goes on where a word may stand. */
const mayStand = 4;
const entrySize = 40;
/** So many bytes of a word are compared at once. */
const atOnce = 8;
const probeSize = 16;
const gramLength = 3;
/** The kernel keeps room for so many hits at one place. */
const mostAtPlace = 4096;
/** In place of the offset of an automaton. */
const nameGate = 1;

/** An automaton is started at most at so many places for one word, and reads so many bytes: then it has accepted. As in the kernel. */
export const mostStarts = 64;
const automatonReach = 192;

/** The hash of three or four folded bytes, the first in the lowest bits. */
export const gramHash = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> (32 - hashBits);

/** Whether an automaton's gate is open to a word at a place. The plain form of the kernel. */
export function opens(gate: Extract<Gate, { kind: "automaton" }>, text: string, place: number): boolean {
  if (gate.run !== null && !hasRun(text, place - gate.most, gate.run, place)) return false;
  let budget = automatonReach;
  for (let start = Math.max(0, place - gate.most); start <= place - gate.least && budget >= 0; start++)
    budget = left(gate.automaton, text, start, budget);
  return budget < 0;
}

/** Texts are told to have long runs by blocks of so many bytes. */
const block = 64;
const runOfBase64 = /[A-Za-z0-9+/_-]+/g;

/** Whether a run touches one of the blocks in which it may stand. */
function hasRun(text: string, from: number, { length, end }: RequiredRun, place: number): boolean {
  const first = Math.floor(Math.max(0, from) / block) * block;
  const last = (Math.floor((place + behind(end)) / block) + 1) * block;
  return Array.from(text.matchAll(runOfBase64)).some(
    ({ 0: run, index }) => run.length >= length && index < last && index + run.length > first,
  );
}

/** Up to three bytes more: a probe has room for a quarter of the number. */
const behind = (end: number): number => 4 * Math.ceil(end / 4);

/** As in the kernel: what needs a run of this length, that near, is looked for only in blocks around such runs. */
const longRun = 30;
const nearBefore = 64;
const nearBehind = 192;

/** Whether a gate never opens but near a long run. */
const isNear = (gate: Gate | null): boolean =>
  gate?.kind === "automaton" &&
  gate.run !== null &&
  gate.run.length >= longRun &&
  gate.most <= nearBefore &&
  behind(gate.run.end) <= nearBehind;

/** Where three bytes of a word stand in it, and of which it is. */
type Entry = { readonly word: number; readonly back: number };
/** By the beginnings of hashes. */
type Entries = ReadonlyMap<number, readonly Entry[]>;
type Words = readonly (readonly [word: string, seekers: readonly number[]])[];

/** Builds the tables. Each word is known by the three bytes of it that are met most seldom. */
export function createDictionary(seekers: readonly Seeker[]): Dictionary {
  const [far, near] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (const [number, { words, gate }] of seekers.entries()) {
    const part = isNear(gate) ? near : far;
    for (const word of new Set(words === "dotted" ? [] : words)) part.set(word, [...(part.get(word) ?? []), number]);
  }
  const words = [...far, ...near];
  const parts = [entriesOf(words, 0, far.size), entriesOf(words, far.size, words.length)];
  const count = parts.reduce((sum, part) => sum + [...part.values()].flat().length, 1);
  if (count >= 0x10000) throw new RangeError(`${words.length} words are more than a dictionary holds`);
  return fill(seekers, words, parts, count);
}

function entriesOf(words: Words, from: number, to: number): Entries {
  const byHead = new Map<number, Entry[]>();
  const crowds = new Map<number, number>();
  for (let word = from; word < to; word++) {
    const [text, probes] = words[word] ?? ["", []];
    const back = rarestGram(text);
    for (const gram of gramsAt(text, back)) {
      const hash = gramHash(gram);
      const head = headOf(hash);
      byHead.set(head, [...(byHead.get(head) ?? []).filter((entry) => entry.word !== word), { word, back }]);
      crowds.set(hash, (crowds.get(hash) ?? 0) + probes.length);
    }
  }
  if (Math.max(0, ...crowds.values()) > mostAtPlace)
    throw new RangeError(`more than ${mostAtPlace} rules look for words with the same three bytes`);
  return byHead;
}

const headOf = (hash: number): number => hash >> (hashBits - headBits);

function fill(seekers: readonly Seeker[], words: Words, parts: readonly Entries[], count: number): Dictionary {
  const entries = parts.length * partSize;
  const probes = entries + entrySize * count;
  const dots = [...seekers.keys()].filter((number) => seekers[number]?.words === "dotted");
  const wordProbes = words.reduce((sum, [, all]) => sum + all.length, 0);
  const probeCount = wordProbes + dots.length;
  let size = probes + probeSize * probeCount;
  const offsets = words.map(([word]) => (size += 2 * word.length) - 2 * word.length);
  const automata = seekers.map(({ gate }) => {
    if (gate?.kind !== "automaton") return 0;
    size += (size & 1) + beginningsSize;
    return (size += gate.automaton.bytes.length) - gate.automaton.bytes.length;
  });
  const layout = { entries, probes, dotted: dots.length === 0 ? -1 : wordProbes, automata };
  const tables = new Uint8Array(size);
  for (const [number, { gate }] of seekers.entries()) {
    if (gate?.kind !== "automaton") continue;
    tables.set(beginningsOf(gate.automaton), (automata[number] ?? 0) - beginningsSize);
    tables.set(gate.automaton.bytes, automata[number]);
  }
  // Entry 0 is of no text.
  tables[entries] = 1;
  const firsts = fillProbes(tables, seekers, [...words.map(([, all]) => all), dots], layout);
  let next = 1;
  for (const [at, part] of parts.entries())
    next = fillEntries(tables, words, part, layout, { offsets, firsts, part: at * partSize, next });
  fillWords(tables, words, offsets);
  return { keys: seekers.map(({ key }) => key), tables, layout };
}

/**
 * Four 32-bit numbers for each word of each seeker, those of one word together: twice the number of the seeker, plus one if the next probe is of
 * the same word; the offset of its automaton, or another gate; the automaton's start (16 bits), the length of the run that must be near (8 bits; 0: none)
 * and a quarter of how far behind it may end (8 bits); and how far before the word the automaton starts, at least and at most (16 bits each). Gives the
 * number of the first probe of each list.
 */
function fillProbes(
  tables: Uint8Array,
  seekers: readonly Seeker[],
  lists: readonly (readonly number[])[],
  layout: Layout,
): readonly number[] {
  const view = new DataView(tables.buffer);
  let next = 0;
  return lists.map((all) => {
    const first = next;
    for (const [at, number] of all.entries()) {
      const gate = seekers[number]?.gate ?? null;
      const probe = layout.probes + probeSize * next++;
      view.setUint32(probe, 2 * number + (at + 1 < all.length ? 1 : 0), true);
      if (gate?.kind === "name") view.setUint32(probe + 4, nameGate, true);
      if (gate?.kind !== "automaton") continue;
      view.setUint32(probe + 4, layout.automata[number] ?? 0, true);
      view.setUint16(probe + 8, gate.automaton.start, true);
      view.setUint8(probe + 10, gate.run?.length ?? 0);
      view.setUint8(probe + 11, Math.ceil((gate.run?.end ?? 0) / 4));
      view.setUint16(probe + 12, gate.least, true);
      view.setUint16(probe + 14, gate.most, true);
    }
    return first;
  });
}

type OfWords = {
  readonly offsets: readonly number[];
  readonly firsts: readonly number[];
  /** Offset of the part, and the number of its first entry. */
  readonly part: number;
  readonly next: number;
};

/**
 * For each word under each of its hashes, those of one head together: its first eight bytes, its folds (0x20 where either case does) and which bits of these
 * count (64 bits each); then 32-bit numbers: how far into the word the three bytes stand, its length, its offset, and twice the number of its first
 * probe, plus one if the next entry has the same head. Gives the number of the first entry of the next part.
 */
function fillEntries(tables: Uint8Array, words: Words, byHead: Entries, layout: Layout, of: OfWords): number {
  const { offsets, firsts, part } = of;
  const view = new DataView(tables.buffer);
  let { next } = of;
  for (const [head, entries] of byHead) {
    view.setUint16(part + headsOfPart + 2 * head, next, true);
    for (const [at, { word, back }] of entries.entries()) {
      const entry = layout.entries + entrySize * next++;
      const text = words[word]?.[0] ?? "";
      for (let index = 0; index < Math.min(atOnce, text.length); index++) {
        tables[entry + index] = text.charCodeAt(index);
        tables[entry + atOnce + index] = text.charCodeAt(index) & 0x20;
        tables[entry + 2 * atOnce + index] = 0xff;
      }
      view.setUint32(entry + 24, back, true);
      view.setUint32(entry + 28, text.length, true);
      view.setUint32(entry + 32, offsets[word] ?? 0, true);
      view.setUint32(entry + 36, 2 * (firsts[word] ?? 0) + (at + 1 < entries.length ? 1 : 0), true);
      const isEnough = text.length < back + gramLength + 1;
      for (const gram of gramsAt(text, back)) {
        tables[part + fiveBitsOf(gram)] = mayStand;
        if (isEnough) setBit(tables, part + firstTable, gramHash(gram));
      }
      if (!isEnough) setBit(tables, part + firstTable + bitmap, gramHash(fourAt(text, back)));
    }
  }
  return next;
}

function setBit(tables: Uint8Array, offset: number, bit: number): void {
  tables[offset + (bit >> 3)] = (tables[offset + (bit >> 3)] ?? 0) | (1 << (bit & 7));
}

function fourAt(word: string, at: number): number {
  const byte = (index: number): number => foldByte(word.charCodeAt(index));
  return byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
}

/** Each word as its bytes and its folds (0x20 where either case does). */
function fillWords(tables: Uint8Array, words: Words, offsets: readonly number[]): void {
  for (const [word, [text]] of words.entries()) {
    const offset = offsets[word] ?? 0;
    for (let at = 0; at < text.length; at++) {
      const byte = text.charCodeAt(at);
      tables[offset + at] = byte;
      tables[offset + text.length + at] = byte & 0x20;
    }
  }
}

/** Five bits of each of three bytes, the first in the lowest bits. */
const fiveBitsOf = (gram: number): number => (gram & 31) | ((gram >> 3) & 0x3e0) | ((gram >> 6) & 0x7c00);

/** The kernel looks for them no further behind the beginning of a word. */
const longestBack = 64;

/** Where the three bytes stand that are met most seldom with the fourth behind them, if there is one. */
function rarestGram(word: string): number {
  let best = 0;
  for (let at = 1; at + gramLength < word.length && at <= longestBack; at++) {
    if (gramRateOf(gramAt(word, at)) < gramRateOf(gramAt(word, best))) best = at;
  }
  return best;
}

const gramAt = (word: string, at: number): string => word.slice(at, at + gramLength + 1).toLowerCase();

/** A word of two bytes may go on with any third. */
function gramsAt(word: string, at: number): readonly number[] {
  const byte = (index: number): number => foldByte(word.charCodeAt(index));
  const pair = byte(at) | (byte(at + 1) << 8);
  if (word.length >= gramLength) return [pair | (byte(at + 2) << 16)];
  return [...new Set(Array.from({ length: 256 }, (_, third) => pair | (foldByte(third) << 16)))];
}
