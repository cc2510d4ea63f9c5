import { foldByte } from "./folded.ts";
import { rateOf } from "./word-cost.ts";

/**
 * Words to look for in texts, and the tables with which a kernel does so. A byte of a word that has bit 5 (small letters, digits, most signs)
 * is met by both bytes that fold to it; one that has not (capitals, `_`) by itself alone.
 */
export type Dictionary = {
  /** In the order of their numbers; none twice, each of two bytes or more. */
  readonly words: readonly string[];
  /**
   * One bit for each hash of three folded bytes; then, for each hash, twice the number of its first entry (16 bits, 0: none); then the entries of four
   * 32-bit numbers each: offset of the word, its length, how far into the word the three bytes stand, and twice its number, plus one if the next
   * entry has the same hash; then the words, each as its bytes and its folds (0x20 where either case does).
   */
  readonly tables: Uint8Array;
  readonly layout: Layout;
};

/** Offsets into the tables. */
export type Layout = { readonly heads: number; readonly entries: number; readonly words: number };

export const hashBits = 16;
const hashes = 1 << hashBits;
const entrySize = 16;
const gramLength = 3;
/** The kernel keeps room for so many words at one place. */
const mostOfHash = 4096;

/** The hash of three folded bytes, the first in the lowest bits. */
export const gramHash = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> (32 - hashBits);

type Entry = { readonly word: number; readonly back: number };

/** Builds the tables. Each word is known by the three bytes of it that are met most seldom. */
export function createDictionary(all: Iterable<string>): Dictionary {
  const words = [...new Set(all)];
  const byHash = new Map<number, Entry[]>();
  for (const [word, text] of words.entries()) {
    const back = rarestGram(text);
    for (const gram of gramsAt(text, back)) {
      const hash = gramHash(gram);
      byHash.set(hash, [...(byHash.get(hash) ?? []).filter((entry) => entry.word !== word), { word, back }]);
    }
  }
  const count = [...byHash.values()].reduce((sum, entries) => sum + entries.length, 1);
  if ([...byHash.values()].some((entries) => entries.length > mostOfHash))
    throw new RangeError(`more than ${mostOfHash} words have the same three bytes`);
  if (count >= 0x8000) throw new RangeError(`${words.length} words are more than a dictionary holds`);
  const heads = hashes / 8;
  const entries = heads + 2 * hashes;
  const layout = { heads, entries, words: entries + entrySize * count };
  return { words, layout, tables: fill(words, byHash, layout) };
}

function fill(words: readonly string[], byHash: ReadonlyMap<number, readonly Entry[]>, layout: Layout): Uint8Array {
  const offsets: number[] = [];
  const size = words.reduce((at, word) => (offsets.push(at), at + 2 * word.length), layout.words);
  const tables = new Uint8Array(size);
  const view = new DataView(tables.buffer);
  let next = 1;
  for (const [hash, entries] of byHash) {
    tables[hash >> 3] = (tables[hash >> 3] ?? 0) | (1 << (hash & 7));
    view.setUint16(layout.heads + 2 * hash, next, true);
    for (const [at, { word, back }] of entries.entries()) {
      const entry = layout.entries + entrySize * next++;
      view.setUint32(entry, offsets[word] ?? 0, true);
      view.setUint32(entry + 4, words[word]?.length ?? 0, true);
      view.setUint32(entry + 8, back, true);
      view.setUint32(entry + 12, 2 * word + (at + 1 < entries.length ? 1 : 0), true);
    }
  }
  for (const [word, text] of words.entries()) {
    const offset = offsets[word] ?? 0;
    for (let at = 0; at < text.length; at++) {
      const byte = text.charCodeAt(at);
      tables[offset + at] = byte;
      tables[offset + text.length + at] = byte & 0x20;
    }
  }
  return tables;
}

function rarestGram(word: string): number {
  let best = 0;
  for (let at = 1; at + gramLength <= word.length; at++) {
    if (rateOf(word.slice(at, at + gramLength)) < rateOf(word.slice(best, best + gramLength))) best = at;
  }
  return best;
}

/** A word of two bytes may go on with any third. */
function gramsAt(word: string, at: number): readonly number[] {
  const byte = (index: number): number => foldByte(word.charCodeAt(index));
  const pair = byte(at) | (byte(at + 1) << 8);
  if (word.length >= gramLength) return [pair | (byte(at + 2) << 16)];
  return [...new Set(Array.from({ length: 256 }, (_, third) => pair | (foldByte(third) << 16)))];
}
