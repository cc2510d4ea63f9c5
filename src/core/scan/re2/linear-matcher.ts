import { byteClassesOf, type ByteClasses, inRanges, type Side, sideOf } from "./byte-classes.ts";
import type { Assertion } from "./node.ts";
import type { Instruction, Nfa } from "./nfa.ts";

/** A match, as a JavaScript regex with the flag `d` tells of it. */
export type RegexMatch = {
  readonly index: number;
  /** Of the match, then of its groups; `undefined`: it took no part. */
  readonly indices: readonly (readonly [start: number, end: number] | undefined)[];
};

/** Of so many states an automaton is kept. Hostile texts make more: */
const mostStates = 2048;
/** then so many pieces are gone through without it, which takes longer and is linear, too. */
const piecesWithout = 64;

/** The text is gone through in pieces of so many bytes, so that of one only what is known at its places is held. */
const pieceSize = 4096;

/** A set of readers (instructions that read a byte), by their numbers, as bits. */
type Readers = Uint32Array;

/**
 * What leads where without reading, where some assertions hold. Readers are numbered from the end of the regex to its beginning, so that mostly a reader leads to the one
 * whose number is less by one.
 */
type Leads = {
  /** Readers that lead to the one whose number is less by one. */
  readonly toNext: Readers;
  /** By the number of a reader: the others that lead to it, if there are any. */
  readonly others: readonly (Readers | undefined)[];
  readonly hasOthers: Readers;
  /** Readers that lead to the end of a match. */
  readonly toEnd: Readers;
  /** Readers with which a match that begins here can go on. */
  readonly first: Readers;
  readonly mayBeEmpty: boolean;
};

/** A place of the text, and what is known there: the readers of the next byte with which a match can come to its end. */
type Known = { readonly at: number; readonly readers: Readers };

/** A part of the text that is gone through at once. */
type Piece = { readonly low: number; readonly high: number; readonly behind: Known; readonly hasStart: boolean };

/** A piece with what is known at each of its places, and whether a match begins there. */
type Open = { readonly low: number; readonly readers: Readers[]; readonly begins: Uint8Array };

/**
 * Finds the matches of a regex, which are those of a backtracking engine, in time linear in the text whatever the regex. A deterministic automaton, built as
 * far as texts need it, reads the text from its end to its beginning and knows at each place with which instructions a match can still end well.
 * A match is then read from its beginning, each time by the way that is preferred among those that end well: nothing is tried twice.
 */
export class LinearMatcher {
  readonly #instructions: readonly Instruction[];
  readonly #start: number;
  readonly #slots: number;
  readonly #classes: ByteClasses;
  /** Classes of bytes, and one more for the beginning of the text. */
  readonly #width: number;
  /** Where the instructions are that read, and for each instruction its number among them. */
  readonly #readers: readonly number[];
  readonly #numberOf: Int32Array;
  readonly #words: number;
  readonly #none: Readers;
  /** By class: what reads it. */
  readonly #reads: readonly Readers[];
  readonly #assertions: readonly Assertion[];
  readonly #leads = new Map<number, Leads>();
  #states: { readonly readers: Readers; readonly right: Side }[] = [];
  #ids = new Map<string, number>();
  /** By state and class of the byte before: twice the next state, plus one if a match begins before this step; -1: not built yet. */
  #steps = new Int32Array(0);
  #without = 0;
  /** When an instruction was last looked at, counted in places. */
  readonly #seen: Float64Array;
  #place = 0;

  constructor({ instructions, start }: Nfa, groups: number) {
    this.#instructions = instructions;
    this.#start = start;
    this.#slots = 2 * (groups + 1);
    this.#classes = byteClassesOf(instructions);
    this.#width = this.#classes.members.length + 1;
    this.#readers = instructions.flatMap(({ kind }, at) => (kind === "byte" ? [at] : []));
    this.#numberOf = new Int32Array(instructions.length).fill(-1);
    for (const [number, at] of this.#readers.entries()) this.#numberOf[at] = number;
    this.#words = Math.max(1, (this.#readers.length + 31) >> 5);
    this.#none = this.#empty();
    this.#reads = this.#classes.members.map((member) => {
      const set = this.#empty();
      for (const [number, at] of this.#readers.entries()) {
        const instruction = instructions[at];
        if (instruction?.kind === "byte" && inRanges(instruction.ranges, member)) put(set, number);
      }
      return set;
    });
    this.#assertions = [...new Set(instructions.flatMap((one) => (one.kind === "assert" ? [one.what] : [])))];
    this.#seen = new Float64Array(instructions.length).fill(-1);
  }

  /** Whether there is a match anywhere. */
  isIn(text: string): boolean {
    let known = this.#nothingAt(text.length);
    for (let high = text.length; high >= 0; high -= pieceSize) {
      const went = this.#goThrough(text, known, Math.max(0, high - pieceSize + 1));
      if (went.hasStart) return true;
      known = went.known;
    }
    return false;
  }

  /** The matches between two places, from left to right; whoever asks knows that none that begins there ends behind the second. */
  *matchesIn(text: string, from = 0, to = text.length): Generator<RegexMatch> {
    const pieces = this.#lookThrough(text, from, to);
    let open: Open = { low: -1, readers: [], begins: new Uint8Array(0) };
    const openAt = (at: number): Open => {
      const piece = pieces[Math.floor((at - from) / pieceSize)];
      if (piece === undefined || piece.low === open.low) return open;
      open = this.#open(text, piece);
      return open;
    };
    for (let at = from; at <= to;) {
      const number = Math.floor((at - from) / pieceSize);
      if (pieces[number]?.hasStart !== true) {
        at = from + (number + 1) * pieceSize;
        continue;
      }
      const { begins, low } = openAt(at);
      const found = begins.indexOf(1, at - low);
      if (found < 0) {
        at = low + pieceSize;
        continue;
      }
      const match = this.#read(text, low + found, openAt);
      yield match;
      at = Math.max(match.index + 1, match.indices[0]?.[1] ?? 0);
    }
  }

  #nothingAt(at: number): Known {
    return { at, readers: this.#none };
  }

  #empty(): Readers {
    return new Uint32Array(this.#words);
  }

  /** From a place down to another: what is known before that, and whether a match begins on the way. */
  #lookThrough(text: string, from: number, to: number): readonly Piece[] {
    const pieces: Piece[] = [];
    let behind = this.#nothingAt(to);
    for (let number = Math.floor((to - from) / pieceSize); number >= 0; number--) {
      const low = from + number * pieceSize;
      const { hasStart, known } = this.#goThrough(text, behind, low);
      pieces.push({ low, high: behind.at, behind, hasStart });
      behind = known;
    }
    return pieces.reverse();
  }

  #open(text: string, { low, high, behind }: Piece): Open {
    const size = high - low + 1;
    const open = { low, readers: Array.from({ length: size }, () => this.#none), begins: new Uint8Array(size) };
    this.#goThrough(text, behind, low, open);
    return open;
  }

  /** From a place down to another: what is known at the one before that, and whether a match begins on the way. */
  #goThrough(text: string, known: Known, low: number, into?: Open): { known: Known; hasStart: boolean } {
    if (this.#without > 0) {
      this.#without -= 1;
      return this.#goWithout(text, known, low, into);
    }
    const { classOf } = this.#classes;
    const width = this.#width;
    let steps = this.#steps;
    let id = this.#stateFor(known.readers, this.#sideAt(text, known.at));
    let starts = 0;
    for (let at = known.at; at >= low; at--) {
      if (into !== undefined) into.readers[at - low] = this.#states[id]?.readers ?? known.readers;
      const cls = at === 0 ? width - 1 : (classOf[text.charCodeAt(at - 1)] ?? 0);
      let step = steps[id * width + cls] ?? -1;
      if (step === -1) {
        step = this.#build(id, cls);
        steps = this.#steps;
        if (this.#states.length > mostStates) {
          const { readers } = this.#states[id] ?? known;
          this.#forget();
          const rest = this.#goWithout(text, { at, readers }, low, into);
          return { known: rest.known, hasStart: starts > 0 || rest.hasStart };
        }
      }
      starts += step & 1;
      if (into !== undefined) into.begins[at - low] = step & 1;
      id = step >> 1;
    }
    return { known: { at: low - 1, readers: this.#states[id]?.readers ?? known.readers }, hasStart: starts > 0 };
  }

  #forget(): void {
    this.#states = [];
    this.#ids = new Map();
    this.#steps = new Int32Array(0);
    this.#without = piecesWithout;
  }

  /** The same, without states. */
  #goWithout(text: string, known: Known, low: number, into?: Open): { known: Known; hasStart: boolean } {
    let { readers } = known;
    let right = this.#sideAt(text, known.at);
    let hasStart = false;
    const turns = [this.#empty(), this.#empty()];
    for (let at = known.at; at >= low; at--) {
      if (into !== undefined) into.readers[at - low] = readers;
      const byte = at === 0 ? null : text.charCodeAt(at - 1);
      const left = byte === null ? "edge" : sideOf(byte);
      const leads = this.#leadsWhere(this.#held(left, right));
      if (leads.mayBeEmpty || touch(readers, leads.first)) {
        hasStart = true;
        if (into !== undefined) into.begins[at - low] = 1;
      }
      const reads = (byte === null ? undefined : this.#reads[this.#classes.classOf[byte] ?? 0]) ?? this.#none;
      // Where nobody keeps them, two sets take turns.
      readers = this.#before(
        readers,
        leads,
        reads,
        into === undefined ? (turns[at & 1] ?? this.#empty()) : this.#empty(),
      );
      right = left;
    }
    return { known: { at: low - 1, readers }, hasStart };
  }

  #sideAt(text: string, at: number): Side {
    return at >= text.length || at < 0 ? "edge" : sideOf(text.charCodeAt(at));
  }

  /** Writes what is known before a byte of which it is known what reads it. */
  #before(readers: Readers, leads: Leads, reads: Readers, before: Readers): Readers {
    const { toNext, toEnd, others, hasOthers } = leads;
    let carry = 0;
    let more = 0;
    for (let word = 0; word < before.length; word++) {
      const bits = readers[word] ?? 0;
      before[word] = ((((bits << 1) | carry) & (toNext[word] ?? 0)) | (toEnd[word] ?? 0)) & (reads[word] ?? 0);
      carry = bits >>> 31;
      more |= bits & (hasOthers[word] ?? 0);
    }
    if (more === 0) return before;
    for (let word = 0; word < before.length; word++) {
      for (let rest = (readers[word] ?? 0) & (hasOthers[word] ?? 0); rest !== 0; rest &= rest - 1) {
        const leading = others[32 * word + 31 - Math.clz32(rest & -rest)] ?? before;
        for (let at = 0; at < before.length; at++)
          before[at] = (before[at] ?? 0) | ((leading[at] ?? 0) & (reads[at] ?? 0));
      }
    }
    return before;
  }

  #build(id: number, cls: number): number {
    const state = this.#states[id];
    if (state === undefined) throw new Error(`the automaton has no state ${id}`);
    const member = this.#classes.members[cls];
    const left = member === undefined ? "edge" : sideOf(member);
    const leads = this.#leadsWhere(this.#held(left, state.right));
    const begins = leads.mayBeEmpty || touch(state.readers, leads.first);
    const next = this.#stateFor(
      this.#before(state.readers, leads, this.#reads[cls] ?? this.#none, this.#empty()),
      left,
    );
    return (this.#steps[id * this.#width + cls] = 2 * next + (begins ? 1 : 0));
  }

  #stateFor(readers: Readers, right: Side): number {
    // Where nothing asks for it, what comes next makes no difference.
    const side = this.#assertions.length > 0 ? right : "other";
    let key: string = side;
    for (const word of readers) key += String.fromCharCode(word & 0xffff, word >>> 16);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#states.push({ readers, right: side }) - 1;
    this.#ids.set(key, id);
    if (this.#steps.length < this.#states.length * this.#width) {
      const larger = new Int32Array(Math.max(16, this.#states.length * 2) * this.#width).fill(-1);
      larger.set(this.#steps);
      this.#steps = larger;
    }
    return id;
  }

  /** Reads the match that begins at a place. */
  #read(text: string, start: number, openAt: (place: number) => Open): RegexMatch {
    const slots = new Int32Array(this.#slots).fill(-1);
    slots[0] = start;
    let open = openAt(start);
    let next = this.#start;
    for (let at = start; ; at++) {
      let known = open.readers[at - open.low];
      if (known === undefined) {
        open = openAt(at);
        known = open.readers[at - open.low];
      }
      if (known === undefined) throw new Error(`nothing is known at ${at}`);
      next = this.#prefer(text, at, next, known, slots);
      if (next === end) {
        slots[1] = at;
        return { index: start, indices: spansOf(slots) };
      }
    }
  }

  // What is still to be tried at a place, the preferred last: instructions, and as negative numbers what a slot was before, to be put back if
  // a way turns out to lead nowhere.
  readonly #pending: number[] = [];
  readonly #changed: { slot: number; was: number }[] = [];

  /** Which way a match goes on: gives what comes after what reads the next byte, or `end`. Notes groups on the way. */
  #prefer(text: string, at: number, from: number, known: Readers, slots: Int32Array): number {
    const held = this.#assertions.length === 0 ? 0 : this.#held(this.#sideAt(text, at - 1), this.#sideAt(text, at));
    this.#place += 1;
    const [pending, changed] = [this.#pending, this.#changed];
    pending.length = 0;
    changed.length = 0;
    const change = (slot: number, to: number): void => {
      if (pending.length > 0) pending.push(-changed.push({ slot, was: slots[slot] ?? -1 }));
      slots[slot] = to;
    };
    for (let one: number | undefined = from; one !== undefined; one = pending.pop()) {
      if (one < 0) {
        const { slot, was } = changed[-one - 1] ?? { slot: 0, was: 0 };
        slots[slot] = was;
        continue;
      }
      if (this.#seen[one] === this.#place) continue;
      this.#seen[one] = this.#place;
      const instruction = this.#instructions[one];
      switch (instruction?.kind) {
        case "match":
          return end;
        case "byte":
          if (has(known, this.#numberOf[one] ?? 0)) return instruction.next;
          break;
        case "assert":
          if ((held & (1 << this.#assertions.indexOf(instruction.what))) !== 0) pending.push(instruction.next);
          break;
        case "split":
          for (let option = instruction.nexts.length - 1; option >= 0; option--)
            pending.push(instruction.nexts[option] ?? 0);
          break;
        case "mark":
          change(instruction.slot, at);
          pending.push(instruction.next);
          break;
        case "clear":
          for (let slot = 2 * instruction.first; slot <= 2 * instruction.last + 1; slot++)
            if (slots[slot] !== -1) change(slot, -1);
          pending.push(instruction.next);
          break;
        case undefined:
          break;
      }
    }
    throw new Error(`a match that was to end well does not go on at ${at}`);
  }

  /** The assertions that hold between two bytes, as bits. */
  #held(left: Side, right: Side): number {
    let held = 0;
    for (let at = 0; at < this.#assertions.length; at++) {
      const what = this.#assertions[at];
      if (what !== undefined && holds(what, left, right)) held |= 1 << at;
    }
    return held;
  }

  #leadsWhere(held: number): Leads {
    const known = this.#leads.get(held);
    if (known !== undefined) return known;
    const [toNext, hasOthers, toEnd, first] = [this.#empty(), this.#empty(), this.#empty(), this.#empty()];
    const others: Readers[] = [];
    for (const [number, at] of this.#readers.entries()) {
      const reader = this.#instructions[at];
      for (const to of reader?.kind === "byte" ? this.#reach(reader.next, held) : []) {
        if (to === end) put(toEnd, number);
        else if (to === number - 1) put(toNext, number);
        else {
          put((others[to] ??= this.#empty()), number);
          put(hasOthers, to);
        }
      }
    }
    const begins = this.#reach(this.#start, held);
    for (const to of begins) if (to !== end) put(first, to);
    const leads = { toNext, others, hasOthers, toEnd, first, mayBeEmpty: begins.includes(end) };
    this.#leads.set(held, leads);
    return leads;
  }

  /** The numbers of the readers that are reached without reading, and `end`. */
  #reach(start: number, held: number): readonly number[] {
    this.#place += 1;
    const found: number[] = [];
    const pending = [start];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (this.#seen[at] === this.#place) continue;
      this.#seen[at] = this.#place;
      const instruction = this.#instructions[at];
      if (instruction?.kind === "match") found.push(end);
      else if (instruction?.kind === "byte") found.push(this.#numberOf[at] ?? 0);
      else if (instruction?.kind === "split") pending.push(...instruction.nexts);
      else if (instruction?.kind === "assert") {
        if ((held & (1 << this.#assertions.indexOf(instruction.what))) !== 0) pending.push(instruction.next);
      } else if (instruction !== undefined) pending.push(instruction.next);
    }
    return found;
  }
}

/** Stands for the end of a match among the numbers of readers and of instructions. */
const end = -1;

const touch = (a: Readers, b: Readers): boolean => {
  for (let word = 0; word < a.length; word++) if (((a[word] ?? 0) & (b[word] ?? 0)) !== 0) return true;
  return false;
};

function put(set: Uint32Array, number: number): void {
  set[number >> 5] = (set[number >> 5] ?? 0) | (1 << (number & 31));
}

const has = (set: Uint32Array, number: number): boolean => ((set[number >> 5] ?? 0) & (1 << (number & 31))) !== 0;

function spansOf(slots: Int32Array): RegexMatch["indices"] {
  return Array.from({ length: slots.length / 2 }, (_, group) => {
    const [start = -1, end = -1] = [slots[2 * group], slots[2 * group + 1]];
    return start < 0 || end < 0 ? undefined : [start, end];
  });
}

function holds(what: Assertion, left: Side, right: Side): boolean {
  switch (what) {
    case "text-start":
      return left === "edge";
    case "text-end":
      return right === "edge";
    case "line-start":
      return left === "edge" || left === "newline";
    case "line-end":
      return right === "edge" || right === "newline";
    case "word-boundary":
      return (left === "word") !== (right === "word");
    case "not-word-boundary":
      return (left === "word") === (right === "word");
  }
}
