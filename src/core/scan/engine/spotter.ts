import { allDecoders } from "../decode/all-decoders.ts";
import type { Dictionary } from "./dictionary.ts";
import { foldByte } from "./folded.ts";

/** What a quick look at a text gives. */
export type Glance = {
  /** Where the words of the dictionary stand, each time: offset and number of the word, one after the other, in no particular order. */
  readonly hits: Uint32Array;
  /** A bit for each of `allDecoders`, by its place there: 0 is the proof that it finds nothing. */
  readonly encodings: number;
  /** Where a dot stands before a run of `dottedRun` or more of the characters of base64 (of both alphabets); `null`: too often to tell. */
  readonly dotted: readonly number[] | null;
  /** Where `opaqueRun` matches; `null`: too often to tell. */
  readonly opaque: readonly number[] | null;
};

/** Names are seldom that long; tokens in several parts are. */
export const dottedRun = 24;
const dot = new RegExp(`\\.(?=[A-Za-z0-9+/_-]{${dottedRun}})`, "g");

/** A word of twelve bytes or more with two decimal digits or twenty letters in a row: what a machine could have made. */
const opaqueRun =
  /(?<![A-Za-z0-9_+/.~%-])(?=[A-Za-z0-9_+/.~%-]{12})(?:(?=[A-Za-z_+/.~%-]*[0-9][A-Za-z_+/.~%-]*[0-9])|(?=[A-Za-z0-9_+/.~%-]*[A-Za-z]{20}))/g;

/** Looks at texts for the words of one dictionary and for what decoders decode. */
export type Spotter = {
  readonly glance: (bytes: Uint8Array) => Glance;
  /** The same for a byte string. */
  readonly glanceAt: (text: string) => Glance;
};

/** The plain form of the kernels, by which they are tested: finds the words one after the other and asks the decoders themselves. */
export function createPlainSpotter({ words }: Dictionary): Spotter {
  const glanceAt = (text: string): Glance => {
    const hits = words.flatMap((word, number) => placesOf(word, text).flatMap((at) => [at, number]));
    let encodings = 0;
    for (const [at, decoder] of allDecoders.entries()) if (!isEmpty(decoder.find(text))) encodings |= 1 << at;
    const matchesOf = (pattern: RegExp): readonly number[] => Array.from(text.matchAll(pattern), ({ index }) => index);
    return { hits: Uint32Array.from(hits), encodings, dotted: matchesOf(dot), opaque: matchesOf(opaqueRun) };
  };
  return { glanceAt, glance: (bytes) => glanceAt(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
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
