import { type ByteClasses, byteClassesOf, inRanges } from "../re2/byte-classes.ts";
import { forwardNfa, type Nfa } from "../re2/nfa.ts";
import type { RegexNode } from "../re2/node.ts";

/**
 * A deterministic automaton that reads bytes from one place on and accepts as soon as a match of its regex could end there: too often, because
 * assertions always hold and large counters are cut short, and never too seldom. So it reads no byte twice, whatever the text.
 */
export type Automaton = {
  /** The class of each of 256 bytes; then a row for each state, of 16-bit numbers (low byte first), the first of no meaning. */
  readonly bytes: Uint8Array;
  /** Which number of the rows the first state's row begins with. */
  readonly start: number;
};

/** What a row says of a class: no match any more; a match; any other number is where the next row begins. */
export const dead = 0;
export const accepted = 1;

/** How much is given up: repetitions are written out so often, and those that differ by more are open. */
type Coarseness = { readonly copies: number; readonly spread: number };

const fine: Coarseness = { copies: 64, spread: 32 };
const coarse: Coarseness = { copies: 12, spread: 4 };
const coarsest: Coarseness = { copies: 3, spread: 0 };

const mostStates = 200;
/** Of instructions: with more an automaton is hardly ever small enough, and finding out takes long. */
const mostInstructions = 250;
/** Of instructions looked at: beyond, the time for building is not worth it. */
const mostWork = 8000;

/** The finest automaton of a regex that is small enough: of the whole regex or, if need be, of its beginning. `null` if none says anything. */
export function automatonOf(node: RegexNode): Automaton | null {
  const whole = build(coarser(node, fine)) ?? build(coarser(node, coarse));
  if (whole !== null) return whole;
  const rough = coarser(node, coarsest);
  // Every match of the regex begins with one of its first parts.
  let made: Automaton | null = null;
  for (let [few, many] = [0, lengthOf(rough) + 1]; many - few > 1;) {
    const middle = (few + many) >> 1;
    const next = build(beginOf(rough, middle));
    if (next === null) many = middle;
    else [few, made] = [middle, next];
  }
  return made;
}

function build(node: RegexNode): Automaton | null {
  const nfa = forwardNfa(node);
  return nfa === null || nfa.instructions.length > mostInstructions ? null : determinize(nfa);
}

const partsOf = (node: RegexNode): readonly RegexNode[] =>
  node.kind === "concat" ? node.parts.flatMap(partsOf) : [node];

/** The first parts of a regex, of each of its options if it is made of them. */
function beginOf(node: RegexNode, parts: number): RegexNode {
  if (node.kind === "alternate") return { ...node, options: node.options.map((option) => beginOf(option, parts)) };
  const all = partsOf(node);
  return all.length === 1 && all[0]?.kind === "alternate"
    ? beginOf(all[0], parts)
    : { kind: "concat", parts: all.slice(0, parts) };
}

function lengthOf(node: RegexNode): number {
  if (node.kind === "alternate") return Math.max(...node.options.map(lengthOf));
  const all = partsOf(node);
  return all.length === 1 && all[0]?.kind === "alternate" ? lengthOf(all[0]) : all.length;
}

/** What dies within so many bytes is not counted as read: it need not be started (`beginningsOf`). As in the kernel. */
const beginning = 2;

/**
 * Reads a byte string from a place on, so many bytes at most. Gives how many it did not need, or -1 if it accepts, as it does when it has read them
 * all and not come to the end of the text.
 */
export function left(automaton: Automaton, text: string, from: number, budget: number): number {
  const stop = Math.min(text.length, from + budget);
  let state = automaton.start;
  let at = from;
  while (at < stop && state > accepted) {
    state = nextOf(automaton, state, text.charCodeAt(at));
    at++;
  }
  if (state === accepted || (state > accepted && stop < text.length)) return -1;
  return at - from > beginning ? budget - (at - from) : budget;
}

/** Length of `beginningsOf`. */
export const beginningsSize = 64;

/**
 * Two sets of bytes: what an automaton reads first, and what it may read second, if it goes on. Of each, 16 bytes by the low four bits of the byte, which have
 * a bit for each value of the high four bits up to 7; then 16 times 0x80 if any other byte is in the set (then all of them count), or 0.
 */
export function beginningsOf(automaton: Automaton): Uint8Array {
  const firsts = new Set(allBytes.filter((byte) => nextOf(automaton, automaton.start, byte) !== dead));
  const afterFirst = new Set([...firsts].map((byte) => nextOf(automaton, automaton.start, byte)));
  const seconds = allBytes.filter((byte) =>
    [...afterFirst].some((state) => state === accepted || nextOf(automaton, state, byte) !== dead),
  );
  const bytes = new Uint8Array(beginningsSize);
  for (const [at, set] of [[...firsts], seconds].entries()) {
    for (const byte of set) {
      const row = 32 * at + (byte & 15);
      if (byte < 0x80) bytes[row] = (bytes[row] ?? 0) | (1 << (byte >> 4));
      else bytes.fill(0x80, 32 * at + 16, 32 * at + 32);
    }
  }
  return bytes;
}

const allBytes = Array.from({ length: 256 }, (_, byte) => byte);

/** What the row of a state says of a byte. */
function nextOf({ bytes }: Automaton, state: number, byte: number): number {
  const index = 256 + 2 * (state + (bytes[byte] ?? 0));
  return (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8);
}

/** The same regex with its counters cut short, so that it matches more. */
function coarser(node: RegexNode, coarseness: Coarseness): RegexNode {
  switch (node.kind) {
    case "concat":
      return { kind: "concat", parts: node.parts.map((part) => coarser(part, coarseness)) };
    case "alternate":
      return { kind: "alternate", options: node.options.map((option) => coarser(option, coarseness)) };
    case "capture":
      return coarser(node.of, coarseness);
    case "repeat": {
      const { copies, spread } = coarseness;
      const min = Math.min(node.min, copies);
      const isOpen = node.max === null || node.min > copies || node.max - node.min > Math.max(1, spread);
      return { ...node, of: coarser(node.of, coarseness), min, max: isOpen ? null : node.max };
    }
    case "empty":
    case "set":
    case "assert":
      return node;
  }
}

/** The instructions of an automaton that read, renumbered: what a state is made of, as bits. */
type Readers = {
  /** 32-bit numbers in a set of readers. */
  readonly words: number;
  /** Of each reader, the classes it reads. */
  readonly reads: readonly (readonly number[])[];
  /** Of each reader, the readers reached after it, as a set; `null`: the end. */
  readonly after: readonly (Uint32Array | null)[];
  /** The readers reached at the beginning; `null`: the end. */
  readonly first: Uint32Array | null;
};

function readersOf(nfa: Nfa, { members }: ByteClasses): Readers {
  const { instructions } = nfa;
  const byte = [...instructions.keys()].filter((at) => instructions[at]?.kind === "byte");
  const numbers = new Map(byte.map((at, number) => [at, number]));
  const words = (byte.length + 31) >> 5;
  const setOf = (reached: readonly number[] | null): Uint32Array | null => {
    if (reached === null) return null;
    const set = new Uint32Array(words);
    for (const at of reached) {
      const number = numbers.get(at) ?? 0;
      set[number >> 5] = (set[number >> 5] ?? 0) | (1 << (number & 31));
    }
    return set;
  };
  return {
    words,
    reads: byte.map((at) => {
      const one = instructions[at];
      return [...members.keys()].filter((cls) => one?.kind === "byte" && inRanges(one.ranges, members[cls] ?? 0));
    }),
    after: byte.map((at) => {
      const one = instructions[at];
      return setOf(one?.kind === "byte" ? reachedFrom(nfa, one.next) : []);
    }),
    first: setOf(reachedFrom(nfa, nfa.start)),
  };
}

function determinize(nfa: Nfa): Automaton | null {
  const classes = byteClassesOf(nfa.instructions);
  const width = Math.max(2, classes.members.length);
  const readers = readersOf(nfa, classes);
  const { words, first } = readers;
  // What matches the empty string is accepted everywhere.
  if (first === null) return null;
  const states = [first];
  const numbers = new Map([[keyOf(first, 0, words), 1]]);
  const rows: number[] = Array.from({ length: width }, () => dead);
  const next = new Uint32Array(width * words);
  const nothing = keyOf(new Uint32Array(words), 0, words);
  let work = 0;
  for (const state of states) {
    const ends = new Set<number>();
    work += step(state, readers, next.fill(0), ends);
    for (let cls = 0; cls < width; cls++) {
      const key = ends.has(cls) ? nothing : keyOf(next, cls * words, words);
      if (ends.has(cls)) rows.push(accepted);
      else if (key === nothing) rows.push(dead);
      else {
        const known = numbers.get(key) ?? states.push(next.slice(cls * words, (cls + 1) * words));
        numbers.set(key, known);
        rows.push(known * width);
      }
    }
    if (states.length > mostStates || work > mostWork || (states.length + 1) * width > 0xffff) return null;
  }
  return { bytes: packed(classes, rows), start: width };
}

/** A string for a set of readers, which stands in some words from an offset on. */
function keyOf(sets: Uint32Array, from: number, words: number): string {
  let key = "";
  for (let at = from; at < from + words; at++) {
    const word = sets[at] ?? 0;
    key += String.fromCharCode(word & 0xffff, word >>> 16);
  }
  return key;
}

/** Adds to `next`, for each class, the readers that are reached by it from a state, and to `ends` the classes that reach the end. Gives how much it did. */
function step(state: Uint32Array, { words, reads, after }: Readers, next: Uint32Array, ends: Set<number>): number {
  let work = 0;
  for (const [word, bits] of state.entries()) {
    for (let rest = bits; rest !== 0; rest &= rest - 1) {
      const reader = 32 * word + 31 - Math.clz32(rest & -rest);
      const reached = after[reader];
      for (const cls of reads[reader] ?? []) {
        work += words;
        if (reached === null || reached === undefined) ends.add(cls);
        else
          for (let at = 0; at < words; at++)
            next[cls * words + at] = (next[cls * words + at] ?? 0) | (reached[at] ?? 0);
      }
    }
  }
  return work;
}

/** The instructions that read a byte and are reached from one without reading; `null`: the end is. */
function reachedFrom({ instructions }: Nfa, from: number): readonly number[] | null {
  const seen = new Set<number>();
  const readers: number[] = [];
  const pending = [from];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const instruction = instructions[at];
    if (instruction?.kind === "match") return null;
    if (instruction?.kind === "byte") readers.push(at);
    if (instruction?.kind === "split") pending.push(...instruction.nexts);
    if (instruction?.kind === "assert") pending.push(instruction.next);
  }
  return readers;
}

function packed({ classOf }: ByteClasses, rows: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(256 + 2 * rows.length);
  bytes.set(classOf);
  for (const [at, number] of rows.entries()) {
    bytes[256 + 2 * at] = number & 0xff;
    bytes[257 + 2 * at] = number >> 8;
  }
  return bytes;
}
