import { allDecoders } from "../decode/all-decoders.ts";
import { mayBeOpaque } from "../provider-named/may-be-opaque.ts";
import { mayBePrefixed } from "../prefixed/may-be-prefixed.ts";
import { surpriseSteps } from "../word-shape.ts";
import { mayBeNamed, type NameTables, nameTables, reach } from "../provider-named/may-be-named.ts";
import type { Lessons } from "../generic/lessons.ts";
import { mayBeGiven } from "../generic/may-be-given.ts";
import { surelyGiven } from "../generic/surely-given.ts";
import { opens, type Seeker } from "./dictionary.ts";
import { foldByte } from "./folded.ts";

/** What a quick look at a text gives. */
export type Glance = {
  /**
   * Where words stand whose gates are open, each time: offset and number of the seeker, one after the other, in no particular order. Names to which
   * something is given that is known to be no value are left out.
   */
  readonly hits: Uint32Array;
  /** A bit for each of `allDecoders`, by its place there: 0 is the proof that it finds nothing. */
  readonly encodings: number;
  /** The same for a dot before a run of `dottedRun` or more of the characters of base64 (of both alphabets); `null`: too often to tell. */
  readonly dotted: Uint32Array | null;
  /**
   * Where `opaqueRun` matches and the run may be a token with a prefix or a provider may name it, and where it does closely before such a place, without
   * runs that are known to be plain; `null`: too often to tell.
   */
  readonly opaque: readonly number[] | null;
};

/** Names are seldom that long; tokens in several parts are. */
export const dottedRun = 16;
const dot = new RegExp(`\\.(?=[A-Za-z0-9+/_-]{${dottedRun}})`, "g");

/** A word of twelve bytes or more with two decimal digits or twenty letters in a row: what a machine could have made. */
const opaqueRun =
  /(?<![A-Za-z0-9_+/.~%-])(?=[A-Za-z0-9_+/.~%-]{12})(?:(?=[A-Za-z_+/.~%-]*[0-9][A-Za-z_+/.~%-]*[0-9])|(?=[A-Za-z0-9_+/.~%-]*[A-Za-z]{20}))/g;

/** Looks at texts for what the seekers of one dictionary seek, and for what decoders decode. */
export type Spotter = {
  /** Where the bytes of a text can be put that is looked at next: there it needs no copy. They are gone with the next look. */
  readonly roomFor: (length: number) => Uint8Array;
  readonly glance: (bytes: Uint8Array) => Glance;
  /** The same for a byte string. */
  readonly glanceAt: (text: string) => Glance;
  /** Learns what to leave out. It may forget. */
  readonly lessons: Lessons;
};

/** The plain form of the kernels, by which they are tested: finds the words one after the other and asks the decoders themselves. */
export function createPlainSpotter(seekers: readonly Seeker[]): Spotter {
  const names = nameTables();
  const none = new Set<string>();
  const plain = new Set<string>();
  const pairOf = (name: string, value: string, bare: boolean): string => JSON.stringify([name, value, bare]);
  const isKnown = (text: string, place: number): boolean => {
    const given = surelyGiven(text, place);
    if (given === null) return false;
    const { nameStart, nameEnd, start, end, bare } = given;
    return start === end || none.has(pairOf(text.slice(nameStart, nameEnd), text.slice(start, end), bare));
  };
  const glanceAt = (text: string): Glance => {
    const matchesOf = (pattern: RegExp): readonly number[] => Array.from(text.matchAll(pattern), ({ index }) => index);
    const hits: number[] = [];
    const dotted: number[] = [];
    for (const [number, { words, gate }] of seekers.entries()) {
      const places = words === "dotted" ? matchesOf(dot) : words.flatMap((word) => placesOf(word, text));
      for (const place of places) {
        const isOpen =
          gate === null ||
          (gate.kind === "name" ? mayBeGiven(text, place) && !isKnown(text, place) : opens(gate, text, place));
        if (isOpen) (words === "dotted" ? dotted : hits).push(place, number);
      }
    }
    let encodings = 0;
    for (const [at, decoder] of allDecoders.entries()) if (!isEmpty(decoder.find(text))) encodings |= 1 << at;
    return {
      hits: Uint32Array.from(hits),
      encodings,
      dotted: Uint32Array.from(dotted),
      opaque: namedRuns(names, text, matchesOf(opaqueRun), plain),
    };
  };
  return {
    roomFor: (length) => new Uint8Array(length),
    glanceAt,
    glance: (bytes) => glanceAt(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
    lessons: {
      isNone: (name, value, bare) => void none.add(pairOf(name, value, bare)),
      isPlain: (run) => void plain.add(run),
    },
  };
}

const wholeRun = /[A-Za-z0-9_+/.~%-]+/y;
const paddedRun = /[A-Za-z0-9_+/.~%-]+={0,2}/y;
/** Signs of equality that may end a run. */
const padding = 2;

/**
 * Runs that may be tokens with a prefix or that a provider may name, and those behind whose end it would be looked for; but for those that are known
 * to be plain.
 */
function namedRuns(
  names: NameTables,
  text: string,
  starts: readonly number[],
  plain: ReadonlySet<string>,
): readonly number[] {
  const runs = starts
    .map((start) => ({ start, end: endOfRun(wholeRun, text, start) }))
    .filter(({ start, end }) => mayBeOpaque(surpriseSteps, text, start, end))
    .filter(({ start }) => !plain.has(text.slice(start, endOfRun(paddedRun, text, start))))
    .map(({ start, end }) => ({
      start,
      end: end + padding,
      named: mayBePrefixed(text, start, end) || mayBeNamed(names, text, start),
    }));
  const isBefore = (end: number, start: number): boolean =>
    runs.some((other) => other.named && other.start > start && other.start - reach < end);
  return runs.filter(({ named, start, end }) => named || isBefore(end, start)).map(({ start }) => start);
}

function endOfRun(run: RegExp, text: string, start: number): number {
  run.lastIndex = start;
  return run.test(text) ? run.lastIndex : start;
}

function placesOf(word: string, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = 0; at + word.length <= text.length; at++) if (standsAt(word, text, at)) places.push(at);
  return places;
}

function standsAt(word: string, text: string, at: number): boolean {
  for (let index = 0; index < word.length; index++) {
    const [wanted, byte] = [word.charCodeAt(index), text.charCodeAt(at + index)];
    if (wanted !== ((wanted & 0x20) === 0 ? byte : foldByte(byte))) return false;
  }
  return true;
}

function isEmpty(things: Iterable<unknown>): boolean {
  for (const _ of things) return false;
  return true;
}
